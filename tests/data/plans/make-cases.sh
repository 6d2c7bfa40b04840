#!/bin/sh
# make-cases.sh: make plan.json of every case in this folder anew, or of those named.
#
#   usage: make-cases.sh [CASE...]
#
# Needs what policies/demo/make-plan.sh needs; the AWS provider only for the cases deposed and destroy.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

unset TF_CLI_ARGS TF_CLI_ARGS_init TF_CLI_ARGS_plan TF_CLI_ARGS_show TF_DATA_DIR TF_WORKSPACE TF_LOG
unset TF_VAR_password TF_VAR_name AWS_PROFILE AWS_DEFAULT_PROFILE AWS_CA_BUNDLE
unset AWS_ENDPOINT_URL_EC2 AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
AWS_ENDPOINT_URL=offline://aws	# no AWS call leaves this machine
TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1
export AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_EC2_METADATA_DISABLED AWS_ENDPOINT_URL
export TF_IN_AUTOMATION TF_INPUT CHECKPOINT_DISABLE

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

make_case() {
	dir=$work/$1
	cp -R "$here/$1" "$dir"
	rm -f "$dir/plan.json"
	if [ -f "$dir/prior.tfstate" ]; then
		mv "$dir/prior.tfstate" "$dir/terraform.tfstate"
	fi
	how=-refresh=false want=0
	case $1 in
	destroy) how='-refresh=false -destroy' ;;
	targeted) how='-refresh=false -target=terraform_data.one' ;;
	refresh-only) how=-refresh-only ;;
	errored) want=1 ;;	# the plan fails, and is saved all the same
	esac
	terraform -chdir="$dir" init -no-color >"$dir/log" 2>&1 || { cat "$dir/log" >&2; return 1; }
	got=0
	# shellcheck disable=SC2086	# two words on purpose
	terraform -chdir="$dir" plan -no-color $how -out=plan.tfplan >"$dir/log" 2>&1 || got=$?
	if [ "$got" -ne "$want" ]; then
		cat "$dir/log" >&2
		return 1
	fi
	terraform -chdir="$dir" show -json plan.tfplan >"$dir/plan.json"
	cp "$dir/plan.json" "$here/$1/plan.json"
	echo "$1"
}

if [ $# -eq 0 ]; then
	for main in "$here"/*/main.tf; do
		main=${main%/main.tf}
		set -- "$@" "${main##*/}"
	done
fi
for name; do
	make_case "$name"
done
