# A resource that is in the state as it is here: no-op.
resource "terraform_data" "release" {
  input = "2026.03.1"
}
