variable "db_password" {
  description = "Password of the orders database."
  type        = string
  sensitive   = true
}
