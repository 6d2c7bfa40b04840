# Planned with -refresh-only: no resource_changes; the move stands in resource_drift.
resource "terraform_data" "renamed" {
  input = "same"
}

moved {
  from = terraform_data.old_name
  to   = terraform_data.renamed
}
