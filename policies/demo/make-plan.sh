#!/bin/sh
# make-plan.sh: make plan.json of this folder anew, with the real terraform.
#
#   usage: make-plan.sh [OUTPUT]      default: plan.json beside this script
#
# Needs terraform 1.11 or newer and its AWS provider 5.100, from the registry or from a mirror that your
# CLI configuration names (TF_CLI_CONFIG_FILE, or the usual place).  Needs no AWS account and calls no AWS:
# nothing is refreshed.  Works in a temporary folder and leaves nothing behind.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=${1:-$here/plan.json}

# The answer must depend on this folder alone, not on what the caller has set for other work.
unset TF_CLI_ARGS TF_CLI_ARGS_init TF_CLI_ARGS_plan TF_CLI_ARGS_show TF_DATA_DIR TF_WORKSPACE TF_LOG
unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_CA_BUNDLE AWS_ENDPOINT_URL_EC2 AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
# When instance_type changes, the provider asks EC2 whether the new type fits; without an answer it plans an
# update.  A scheme that nobody speaks keeps that question, and any other, inside this machine.
AWS_ENDPOINT_URL=offline://aws
TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1
TF_VAR_db_password=planted-db-password-91c2
export AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_EC2_METADATA_DISABLED AWS_ENDPOINT_URL
export TF_IN_AUTOMATION TF_INPUT CHECKPOINT_DISABLE TF_VAR_db_password

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

cp "$here/main.tf" "$here/variables.tf" "$work/"
cp "$here/prior.tfstate" "$work/terraform.tfstate"

terraform -chdir="$work" init -no-color >&2
terraform -chdir="$work" plan -no-color -refresh=false -out=plan.tfplan >&2
terraform -chdir="$work" show -json plan.tfplan >"$work/plan.json"
cp "$work/plan.json" "$out"
