# Moves: without a change, with an update, into a for_each, and between keys.
resource "terraform_data" "renamed" {
  input = "same"
}

moved {
  from = terraform_data.old_name
  to   = terraform_data.renamed
}

resource "terraform_data" "renamed_and_changed" {
  input = "after"
}

moved {
  from = terraform_data.before
  to   = terraform_data.renamed_and_changed
}

resource "terraform_data" "many" {
  for_each = toset(["the \"first\"", "second"])
  input    = each.key
}

moved {
  from = terraform_data.one
  to   = terraform_data.many["the \"first\""]
}

moved {
  from = terraform_data.many["two"]
  to   = terraform_data.many["second"]
}
