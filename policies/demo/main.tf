# The web tier of a shop, changed by one pull request that tries to do too much.

terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

# A mistake on purpose: keys in a provider block. They are the examples of AWS's documentation.
provider "aws" {
  region     = "us-east-1"
  access_key = "AKIAIOSFODNN7EXAMPLE"
  secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

  # Plan without an account and without a network.
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

locals {
  tags = {
    CostCenter  = "cc-1042"
    Environment = "prod"
    Owner       = "web-team"
    Project     = "shop"
  }
}

# Create: SSH from anywhere.
resource "aws_security_group" "web" {
  name        = "shop-web"
  description = "Shop web tier"
  vpc_id      = "vpc-0a1b2c3d4e5f60718"

  ingress {
    description = "HTTPS"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    description = "SSH, until the VPN works"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = local.tags
}

# Update in place: m5.large becomes four times as large.
resource "aws_instance" "web" {
  ami                    = "ami-0a1b2c3d4e5f60718"
  instance_type          = "m5.2xlarge"
  vpc_security_group_ids = [aws_security_group.web.id]

  metadata_options {
    http_tokens = "required"
  }

  root_block_device {
    encrypted   = true
    volume_size = 30
    volume_type = "gp3"
  }

  tags = local.tags
}

# Replace: a volume cannot be encrypted later, so this well-meant line destroys what is on it.
resource "aws_ebs_volume" "uploads" {
  availability_zone = "us-east-1a"
  encrypted         = true
  size              = 500
  type              = "gp3"

  tags = local.tags
}

# Create: a database that is unencrypted and reachable from anywhere.
resource "aws_db_instance" "orders" {
  identifier              = "shop-orders"
  engine                  = "postgres"
  engine_version          = "16.8"
  instance_class          = "db.t3.medium"
  allocated_storage       = 240
  storage_type            = "gp3"
  storage_encrypted       = false
  publicly_accessible     = true
  db_name                 = "orders"
  username                = "app"
  password                = var.db_password
  vpc_security_group_ids  = [aws_security_group.web.id]
  backup_retention_period = 7
  skip_final_snapshot     = true

  tags = local.tags
}

# Create: a bucket without cost tags, that anybody can read.
resource "aws_s3_bucket" "site" {
  bucket = "shop-site-assets-1042"
}

resource "aws_s3_bucket_ownership_controls" "site" {
  bucket = aws_s3_bucket.site.bucket

  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_public_access_block" "site" {
  bucket                  = aws_s3_bucket.site.bucket
  block_public_acls       = false
  block_public_policy     = true
  ignore_public_acls      = false
  restrict_public_buckets = true
}

resource "aws_s3_bucket_acl" "site" {
  bucket = aws_s3_bucket.site.bucket
  acl    = "public-read"

  depends_on = [
    aws_s3_bucket_ownership_controls.site,
    aws_s3_bucket_public_access_block.site,
  ]
}

# Delete: aws_s3_bucket.access_logs is in the prior state and no longer here.

# Create: a policy that allows everything on everything.
resource "aws_iam_policy" "deploy" {
  name = "shop-deploy"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Deploy"
      Effect   = "Allow"
      Action   = "*"
      Resource = "*"
    }]
  })

  tags = local.tags
}

# Update in place, without any provider but Terraform's own.
resource "terraform_data" "release" {
  input = "2026.03.1"
}

output "site_bucket" {
  value = aws_s3_bucket.site.bucket
}

output "database_url" {
  value     = "postgresql://app:${var.db_password}@orders.shop.internal:5432/orders"
  sensitive = true
}
