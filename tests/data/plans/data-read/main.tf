# Data sources: one read while planning (it is in prior_state only), two that wait for the apply (read).
data "terraform_remote_state" "network" {
  backend = "local"
  config  = { path = "${path.module}/network.tfstate" }
}

resource "terraform_data" "subnet" {
  input = data.terraform_remote_state.network.outputs.subnet_id
}

data "terraform_remote_state" "later" {
  backend = "local"
  config  = { path = "${path.module}/${terraform_data.subnet.id}.tfstate" }
}

data "terraform_remote_state" "each_later" {
  for_each = toset(["a \"quoted\" key"])
  backend  = "local"
  config   = { path = "${path.module}/${terraform_data.subnet.id}-${each.key}.tfstate" }
}
