# Secrets on both sides: in the state (before_sensitive), in a variable, an output and inside a text.
variable "password" {
  type      = string
  sensitive = true
  default   = "planted-new-password-5e2b"
}

# Marked in part: the password is, the user is not.
resource "terraform_data" "login" {
  input = {
    user     = "app"
    password = var.password
    hosts    = ["a", "b"]
  }
}

# Marked as a whole.
resource "terraform_data" "url" {
  input = "postgresql://app:${var.password}@db.shop.internal/orders"
}

# Unmarked, and only a part of the text: neither a mark, nor a name, nor equality finds it.
resource "terraform_data" "leaked" {
  input = "log line with ${nonsensitive(var.password)} in it"
}

# Unmarked, but equal to a marked value.
resource "terraform_data" "leaked_whole" {
  input = nonsensitive(var.password)
}

output "password" {
  value     = var.password
  sensitive = true
}
