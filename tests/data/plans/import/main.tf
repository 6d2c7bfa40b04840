# Imports: of what is as it should be (no-op), and of what is updated at once.
resource "terraform_data" "as_it_is" {}

import {
  to = terraform_data.as_it_is
  id = "11111111-2222-4333-8444-555555555555"
}

resource "terraform_data" "changed" {
  input = "set while importing"
}

import {
  to = terraform_data.changed
  id = "66666666-7777-4888-9999-aaaaaaaaaaaa"
}
