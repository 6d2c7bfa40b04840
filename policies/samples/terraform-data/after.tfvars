release           = "1.9.0"
orders_engine     = "postgres-16"
app_instances     = 4
reporting         = false
payment_token     = "planted-token-Zk39-never-print-me"
registry_password = "planted-password-Qx81-never-print-me"
