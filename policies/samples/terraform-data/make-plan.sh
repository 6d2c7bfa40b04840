#!/bin/sh
# Makes plan.json (or the file named as the only operand) from the configuration in this folder:
# applies what stands today (before.tfvars) in a temporary folder, then plans the change
# (after.tfvars).  Needs Terraform 1.4 or later; no network, no provider, no cloud.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/plan.json}
case $out in /*) ;; *) out=$(pwd)/$out ;; esac

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

mkdir "$dir/worker"
cp "$here/main.tf" "$here/before.tfvars" "$here/after.tfvars" "$dir/"
cp "$here/worker/main.tf" "$dir/worker/"
cd "$dir"

export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
terraform init -input=false -no-color >&2
# What stands today: the cache, the gateway and the workers are not there yet.
terraform apply -input=false -no-color -auto-approve -var-file=before.tfvars \
	-target=terraform_data.orders_db -target=terraform_data.app \
	-target=terraform_data.reporting >&2
# The change.
terraform plan -input=false -no-color -var-file=after.tfvars -out=change.tfplan >&2
terraform show -json change.tfplan > plan.json
mv plan.json "$out"
