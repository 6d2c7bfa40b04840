# Nothing at all: the plan has no resource_changes member.
locals {
  note = "no resource, no output"
}
