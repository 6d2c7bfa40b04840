# Forgotten: out of the state, but not destroyed.
removed {
  from = terraform_data.handed_over

  lifecycle {
    destroy = false
  }
}

# Removed and destroyed.
removed {
  from = terraform_data.retired

  lifecycle {
    destroy = true
  }
}
