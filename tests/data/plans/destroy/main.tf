# Planned with -destroy: all that is in prior.tfstate goes.
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

resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  encrypted         = true
  size              = 100
  type              = "gp3"
}

resource "terraform_data" "job" {
  input = aws_ebs_volume.data.id
}

output "volume" {
  value = aws_ebs_volume.data.id
}
