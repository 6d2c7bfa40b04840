release           = "1.8.2"
orders_engine     = "postgres-15"
app_instances     = 2
reporting         = true
payment_token     = "planted-token-before-4f1c9a"
registry_password = "planted-password-before-77d2"
