# Old objects that an interrupted create_before_destroy left behind (prior.tfstate: "deposed").
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

# Replaced, create first: ["create", "delete"]; and its deposed object: ["delete"] at the same address.
resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1b"
  encrypted         = true
  size              = 100
  type              = "gp3"

  lifecycle {
    create_before_destroy = true
  }
}

# The current object stays (no-op); two deposed ones go.
resource "terraform_data" "job" {
  input = "kept"

  lifecycle {
    create_before_destroy = true
  }
}
