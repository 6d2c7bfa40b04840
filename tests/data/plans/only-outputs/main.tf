# No resource; outputs that are created, updated, kept, deleted (see prior.tfstate) and sensitive.
output "added" {
  value = "new"
}

output "changed" {
  value = { region = "us-east-1", zones = ["a", "b", "c"] }
}

output "kept" {
  value = 42
}

output "login" {
  value     = "planted-output-secret-3b7e"
  sensitive = true
}
