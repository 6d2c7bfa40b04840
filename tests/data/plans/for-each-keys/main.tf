# Keys of for_each that need quoting in an address, in a resource and in a module.
locals {
  keys = [
    "plain",
    "with \"double\" quotes",
    "with 'single' quotes",
    "back\\slash",
    "dots.and[brackets]",
    "$${not_a_template}",
    "two\nlines",
    "a/b~c",
    "",
    "clé عربي 🔑",
  ]
}

resource "terraform_data" "item" {
  for_each = toset(local.keys)
  input    = each.key
}

resource "terraform_data" "counted" {
  count = 2
  input = count.index
}

module "zone" {
  source   = "./zone"
  for_each = toset(["eu \"west\"", "us.east"])
  name     = each.key
}
