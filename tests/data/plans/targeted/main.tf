# Planned with -target=terraform_data.one: the plan says complete: false.
resource "terraform_data" "one" {
  input = "planned"
}

resource "terraform_data" "two" {
  input = "left out"
}
