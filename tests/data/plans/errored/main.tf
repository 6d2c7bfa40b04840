# A precondition fails, so the saved plan says errored: true.
resource "terraform_data" "first" {
  input = "planned before the error"
}

resource "terraform_data" "second" {
  input = terraform_data.first.input

  lifecycle {
    precondition {
      condition     = terraform_data.first.input == "something else"
      error_message = "The input is not what the second needs."
    }
  }
}
