variable "queue" {
  description = "Queue this worker reads"
  type        = string
}

variable "release" {
  description = "Version that is rolled out"
  type        = string
}

resource "terraform_data" "worker" {
  input = {
    kind    = "worker"
    queue   = var.queue
    release = var.release
  }

  provisioner "local-exec" {
    command = "echo start worker ${var.queue} > /dev/null"
  }
}

output "id" {
  value = terraform_data.worker.id
}
