# What the suites of dealix-gate go share: five people with keys, sign-offs, a release that is complete.

ROLES="technical_lead:ana engineering_manager:bo product_manager:cy security_lead:di operations_lead:eve"

# Keys of five people, a service, one whose time is over and one who is disabled; principals.json knows them all.
people() {
	for who in ana bo cy di eve robot late gone; do ssh-keygen -q -t ed25519 -N '' -C '' -f $who; done
	for who in ana bo cy di eve robot late gone; do
		jq -nc --arg id $who --arg key "$(cut -d ' ' -f 1,2 $who.pub)" '{id: $id, role: "member", ssh_keys: [{public_key: $key}]}
			| if $id == "robot" then .kind = "service" elif $id == "late" then .ssh_keys[0].valid_before = "2020-01-01T00:00:00Z"
			elif $id == "gone" then .disabled = true else . end'
	done | jq -cs --arg me "$(id -un)" '{schema: "dealix.principals.v1", tenant_id: "default",
		principals: (. + [{id: "ops", role: "owner", os_users: [$me]}])}' >principals.json
}

# sign ROLE VOTE KEY FILE: the document with that sign-off
sign() {
	dealix-gate go --statement "$1:$2" "$4" >statement && rm -f statement.sig && ssh-keygen -q -Y sign -n dealix -f "$3" statement &&
		jq -c --arg role "$1" --arg vote "$2" --rawfile signature statement.sig \
			'.signoffs += [{role: $role, decision: $vote, date: "2026-04-20", signature: $signature}]' "$4"
}

# signed FILE: the document with go by all five
signed() {
	local one
	cp "$1" signing.json
	for one in $ROLES; do
		sign "${one%:*}" go "${one#*:}" signing.json >signed.json || return
		mv signed.json signing.json
	done
	cat signing.json
}

# The worked case with all items complete, signed.
complete() {
	jq -c --arg sha "$(sha256sum "$ROOT/policies/go/acceptance.txt" | cut -c 1-64)" \
		'.criteria[].items[] |= (.status = "complete" | .evidence = $sha | del(.condition))' "$ROOT/policies/go/conditions.json" >complete.json
	signed complete.json
}

# Once a file: keys, principals, and the documents signed: conditions.signed, placeholders.signed, complete.signed.
setup_file() {
	ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	cd "$BATS_FILE_TMPDIR" || return 1
	unset DEALIX_STORE
	people
	signed "$ROOT/policies/go/conditions.json" >conditions.signed
	signed "$ROOT/policies/go/placeholders.json" >placeholders.signed
	complete >complete.signed
}
