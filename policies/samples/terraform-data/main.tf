# A small shop, described with the one resource type that is built into Terraform
# (terraform_data), so that the plan can be made anywhere, without network, provider or cloud.

terraform {
  required_version = ">= 1.4.0"
}

variable "release" {
  description = "Version that is rolled out"
  type        = string
}

variable "orders_engine" {
  description = "Engine of the orders database; changing it replaces the database"
  type        = string
}

variable "app_instances" {
  description = "Number of application servers"
  type        = number
}

variable "reporting" {
  description = "Whether the old reporting job still exists"
  type        = bool
}

variable "payment_token" {
  description = "Token of the payment provider; declared sensitive, as it should be"
  type        = string
  sensitive   = true
}

# Wrong on purpose: nothing says that this one is secret, so Terraform shows it in every plan.
variable "registry_password" {
  description = "Password of the image registry"
  type        = string
}

locals {
  tags = {
    Owner      = "shop"
    CostCenter = "4711"
  }
}

# Created.
resource "terraform_data" "cache" {
  input = {
    kind = "cache"
    size = "large"
    tags = local.tags
  }
}

# Created, and holds both secrets.
resource "terraform_data" "payment_gateway" {
  input = {
    url               = "https://pay.example.com/v1"
    payment_token     = var.payment_token
    registry_password = var.registry_password
    tags              = local.tags
  }
}

# Replaced: the trigger changes, and the commands below run again.
resource "terraform_data" "orders_db" {
  input = {
    kind   = "database"
    engine = var.orders_engine
    tags   = local.tags
  }
  triggers_replace = [var.orders_engine]

  provisioner "local-exec" {
    command = "echo migrate orders to ${var.orders_engine} > /dev/null"
  }
  provisioner "local-exec" {
    when    = destroy
    command = "echo drop orders > /dev/null"
  }
}

# Updated in place.
resource "terraform_data" "app" {
  input = {
    kind      = "application"
    release   = var.release
    instances = var.app_instances
    tags      = local.tags
  }
}

# Deleted.
resource "terraform_data" "reporting" {
  count = var.reporting ? 1 : 0
  input = {
    kind = "job"
    tags = local.tags
  }
}

# Created in a module, one instance a queue.
module "worker" {
  source   = "./worker"
  for_each = toset(["email", "invoice"])
  queue    = each.key
  release  = var.release
}

output "release" {
  value = var.release
}

output "app_id" {
  value = terraform_data.app.id
}

output "payment_token" {
  value     = var.payment_token
  sensitive = true
}
