# The examples of the man pages and of README.md, run as they stand.  In an EXAMPLES section a line that begins with "$ " is a command,
# "> " continues it, "# exit N" at its end says its status (0 where nothing is said), the lines behind it must be among those it
# prints ("..." stands for anything), and a block that "in NAME:" introduces is the file NAME.
load ../lib

scene() {
	cp "$ROOT"/policies/demo/plan.json "$ROOT"/policies/demo/costs.json .
	ln -s "$ROOT/policies" policies
	printf '%s\n' '{"action":"deploy","resource_reference":"service:checkout","estimated_monthly_delta_usd":"40"}' \
		'{"action":"deploy","project_id":"shop","resource_reference":"service:search","estimated_monthly_delta_usd":"12.50"}' >requests.ndjson
	echo 'what terraform plan -out writes' >plan.bin
	mkdir .tools .steps
	cat >.tools/terraform <<-'SH'
		#!/bin/sh
		[ "$*" = "show -json plan.bin" ] || exit 99
		cat "$SCRATCH/plan.json.kept"
	SH
	cp plan.json plan.json.kept
	# Each call of a tool leaves its status behind, in the middle of a pipeline too.
	for tool in dealix-evidence dealix-gate dealix-ledger dealix-verify; do
		printf '#!/bin/bash\n"%s" "$@"\ns=$?\necho "$s %s $1 $2" >>"%s/.statuses"\nexit $s\n' "$(command -v $tool)" "$tool" "$SCRATCH" \
			>".tools/$tool"
	done
	chmod +x .tools/*
	export SCRATCH
	PATH=$SCRATCH/.tools:$PATH
	: >.statuses
}

page() { # PAGE: its text as it is read
	mandoc -T ascii -O width=200 "$ROOT/man/$1" | sed 's/.\x08//g'
}

take_steps() { # PAGE: files N.cmd and N.want, or N.name and N.file, in the order of the page
	page "$1" | awk -v to="$SCRATCH/.steps" '
		/^[A-Z]/ { on = $0 == "EXAMPLES"; kind = ""; next }
		!on { next }
		/^$/ { if (kind != "") { kind = "" } ; next }
		!/^           / { next_file = ""; if (match($0, / in [a-z0-9.]+[.][a-z]+:$/)) { next_file = substr($0, RSTART + 4, RLENGTH - 5) } kind = ""; next }
		{ line = substr($0, 12) }
		next_file != "" { if (kind != "file") { n++; kind = "file"; print next_file > (to "/" n ".name") } print line > (to "/" n ".file"); next }
		line ~ /^\$ / { n++; kind = "cmd"; print substr(line, 3) > (to "/" n ".cmd"); next }
		line ~ /^> / { print substr(line, 3) > (to "/" n ".cmd"); next }
		kind != "" { print line > (to "/" n ".want") }'
	ls "$SCRATCH/.steps"/*.cmd >/dev/null
}

found_line() { # LINE FILE: whether the file has it, "..." being anything
	local re
	re=$(sed 's/[][\.*^$(){}+?|\/]/\\&/g; s/\\\.\\\.\\\./.*/g; s/  */ */g' <<<"$1")
	grep -qE "^ *$re" "$2"
}

good_statuses() { # no call may end as misuse, fault or bug
	if grep -vE '^[014] ' .statuses; then
		echo "a status that no example may have"
		return 1
	fi
}

run_command() { # N: its command in this shell, so that variables last
	local cmd want got=0 line
	cmd=$(cat ".steps/$1.cmd")
	want=$(sed -n 's/.*# *exit \([0-9]*\)$/\1/p' <<<"$cmd" | tail -n 1)
	eval "$cmd" >.out 2>&1 || got=$?
	[ -z "$want" ] || sed -i "/^$want /d" .statuses
	if [ "$got" -ne "${want:-0}" ]; then
		printf 'status %s, want %s:\n%s\n' "$got" "${want:-0}" "$cmd"
		head -n 20 .out
		return 1
	fi
	[ -e ".steps/$1.want" ] || return 0
	while IFS= read -r line; do
		found_line "$line" .out && continue
		printf 'not printed: %s\nby: %s\n' "$line" "$cmd"
		head -n 20 .out
		return 1
	done <".steps/$1.want"
}

run_page() { # PAGE LEAST: its examples, at least so many commands
	local n count=0
	take_steps "$1"
	for n in $(ls .steps | sed 's/\..*//' | sort -nu); do
		if [ -e ".steps/$n.name" ]; then
			cp ".steps/$n.file" "$(cat ".steps/$n.name")"
			continue
		fi
		run_command "$n" || return 1
		count=$((count + 1))
	done
	[ "$count" -ge "$2" ] || { echo "$count commands, at least $2 are wanted"; return 1; }
	good_statuses
}

@test "man: the examples of dealix-gate(1) do what they say" {
	run_page dealix-gate.1 10
}

@test "man: the examples of dealix-ledger(1) do what they say" {
	run_page dealix-ledger.1 10
}

@test "man: the examples of dealix-verify(1) do what they say" {
	dealix-ledger budget set shop --limit 500 >/dev/null 2>&1
	dealix-gate decide requests.ndjson >/dev/null
	KEEP_DAMAGED=1
	run_page dealix-verify.1 14
	dealix-verify store
}

@test "man: the examples of dealix-register(5) do what they say" {
	run_page dealix-register.5 7
}

@test "man: the examples of dealix-policy(5) do what they say" {
	run_page dealix-policy.5 4
}

@test "man: the examples of dealix-rc(5) do what they say" {
	run_page dealix-rc.5 4
}

@test "man: the examples of dealix-settings(5) do what they say" {
	run_page dealix-settings.5 2
}

@test "man: the examples of dealix-rules(5) do what they say" {
	run_page dealix-rules.5 4
}

@test "man: the examples of dealix-go(5) do what they say" {
	run_page dealix-go.5 6
}

@test "man: the examples of dealix-decision(5) do what they say" {
	run_page dealix-decision.5 3
}

@test "man: the examples of dealix-ledger-entry(5) do what they say" {
	run_page dealix-ledger-entry.5 6
}

@test "man: the examples of dealix-contract(5) do what they say" {
	run_page dealix-contract.5 5
}

@test "man: the examples of dealix-evidence-report(5) do what they say" {
	run_page dealix-evidence-report.5 4
}

@test "man: the examples of dealix-evidence(1) do what they say" {
	run_page dealix-evidence.1 20
}

@test "man: the examples of dealix-pack(5) do what they say" {
	run_page dealix-pack.5 15
}

@test "man: the examples of dealix-outputs(5) do what they say" {
	run_page dealix-outputs.5 12
}

@test "man: the examples of dealix-action(5) do what they say" {
	run_page dealix-action.5 6
}

@test "man: the examples of dealix-gate-plan(5) do what they say" {
	run_page dealix-gate-plan.5 6
}

@test "man: the examples of dealix-gate-document(5) do what they say" {
	run_page dealix-gate-document.5 7
}

@test "man: the examples of dealix-waivers(5) do what they say" {
	run_page dealix-waivers.5 3
}

@test "man: the members that a record of evidence and its provenance have are those that dealix-evidence(1) lists" {
	echo '{"alerts": [], "source": "s"}' >a.json
	printf 'ok 1 - a\n1..1\n' >t.tap
	git init -q . && git -c user.name=n -c user.email=n@n.test commit -q --allow-empty -m one
	dealix-evidence add a.json >reply 2>/dev/null || true
	dealix-evidence import -f tap t.tap >>reply
	dealix-evidence collect -- uname >>reply
	echo 'kill -9 $$' >die
	dealix-evidence collect -- sh die >>reply || true
	dealix-evidence collect --timeout 1 -- sleep 9 >>reply || true
	jq -r .sha256 reply | while read -r sha; do dealix-evidence show "$sha"; done >shown
	dealix-evidence list | jq -c '{records: [.]}' >>shown
	page dealix-evidence.1 | grep -oE '[a-z0-9]+(_[a-z0-9]+)*' | sort -u >words
	jq -r 'keys[], (.provenance | objects | keys[]), (.records[]? | keys[])' reply shown | sort -u >members
	comm -23 members words >unlisted
	[ ! -s unlisted ] || { cat unlisted; return 1; }
	for member in tool_version commit role exit_status; do grep -qx "$member" members || { echo "no $member was seen"; return 1; }; done
}

@test "man: the members that a pack and its verification have are those that dealix-pack(5) lists" {
	echo '{"alerts": [], "source": "s"}' >a.json
	(umask 077; openssl genpkey -algorithm ed25519 -out key.pem 2>/dev/null)
	openssl pkey -in key.pem -pubout -out key.pub
	dealix-evidence add a.json >added 2>/dev/null || true
	dealix-evidence seal -o p.zip --sign key.pem --trace t "$(jq -r .sha256 added)" >pack
	unzip -p p.zip pack.dsse.json >envelope
	jq -r .payload envelope | base64 -d >statement
	dealix-verify pack --trust key.pub p.zip >good
	printf x >>p.zip
	dealix-verify pack --trust key.pub p.zip >bad || true
	page dealix-pack.5 | grep -oE '[A-Za-z0-9_]+' | sort -u >words
	jq -r 'keys[], (.contents[]? | keys[]), (.metadata | objects | keys[]), (.subject[]? | keys[]), (.predicate | objects | keys[]), (.signatures[]? | keys[]),
		(.findings[]? | keys[])' pack envelope statement good bad | sort -u >members
	comm -23 members words >unlisted
	[ ! -s unlisted ] || { cat unlisted; return 1; }
	[ "$(wc -l <members)" -gt 40 ]
}

@test "man: the members that a result of a plan has are those that dealix-gate-plan(5) lists" {
	echo '{"schema":"dealix.gate.plan.v1","id":"p","version":"1","title":"t","steps":[
		{"id":"a","type":"command","argv":["false"],"remedy":"r","title":"t"},
		{"id":"b","type":"evidence","kind":"slo_burn","files":{"artifact":"a.json"}}]}' >plan.json
	echo '{}' >a.json
	dealix-gate check plan.json >reply 2>/dev/null || true
	page dealix-gate-plan.5 | grep -oE '[a-z0-9]+(_[a-z0-9]+)*' | sort -u >words
	jq -r 'keys[], (.results[] | keys[], (.observed | objects | keys[]))' reply | sort -u >members
	comm -23 members words >unlisted
	[ ! -s unlisted ] || { cat unlisted; return 1; }
}

@test "man: the members a report on evidence has are those that dealix-evidence-report(5) lists" {
	dealix-verify contract show slo_burn >mine.json
	echo '{"alerts": [], "source": "s"}' >a.json
	dealix-verify a.json >reply || true
	echo '{"schema":"dealix.principals.v1","tenant_id":"t","principals":[{"id":"ann","role":"owner"}]}' >people.json
	dealix-verify mine.json >>reply
	dealix-verify --principals people.json a.json mine.json >>reply || true
	dealix-verify nothing.json mine.json 2>/dev/null | head -n 1 >>reply || true
	page dealix-evidence-report.5 | grep -oE '[a-z0-9]+(_[a-z0-9]+)*' | sort -u >words
	jq -r 'keys[], (.failures[]?, .skipped[]?, .inputs[]?, .findings[]?, .error?, .vouched? | objects | keys[])' reply | sort -u >members
	comm -23 members words >unlisted
	[ ! -s unlisted ] || { cat unlisted; return 1; }
}

@test "man: the step of dealix(7) for pipelines stops on a denial and applies nothing" {
	mkdir srv
	dealix-ledger budget set shop --limit 500 -s srv/dealix >/dev/null 2>&1
	dealix-gate policy show -s srv/dealix >srv/policy.json
	dealix-ledger show 1 -s srv/dealix | jq '.payloads[]' >srv/people.json
	cp policies/rules/terraform-aws.json srv/
	page dealix.7 | awk '/^CI USAGE/ { on = 1 } /^ENVIRONMENT/ { on = 0 } on && /^           / { print substr($0, 12) }' |
		sed "s#/srv/ci#srv#g; s#/srv/dealix#srv/dealix#" >step.sh
	sed -i 's/\[ .* \] || exit 99/case "$1" in plan) exit 0 ;; apply) touch "$SCRATCH\/applied"; exit 0 ;; esac/' .tools/terraform
	run -1 sh step.sh
	[[ $output == *'::error title=dealix.decision::DENY'* ]]
	[ ! -e applied ]
	sed 's# --rules srv/terraform-aws.json##; s#--environment prod#--environment dev#' step.sh | grep -v -- '--rules' >mild.sh
	run -0 sh mild.sh
	[ -e applied ]
	good_statuses
}

@test "man: the ten most used commands of README.md work, one after the other" {
	sed -n '/^## The ten most used commands/,/^## /p' "$ROOT/README.md" | sed -n '/^```sh$/,/^```$/p' | grep -v '^```' >commands
	git init -q . && git -c user.name=n -c user.email=n@n.test commit -q --allow-empty -m one
	(umask 077; openssl genpkey -algorithm ed25519 -out key.pem 2>/dev/null)
	openssl pkey -in key.pem -pubout -out key.pub
	jq --arg now "$(date -u +%Y-%m-%dT%H:%M:%SZ)" '.cases[0].input | .captured_at = $now' policies/evidence/tests/slo_burn.json >alerts.json
	printf '#!/bin/sh\nfor i in $(seq 20); do echo "ok $i - works"; done; echo 1..20\n' >unit-tests
	chmod +x unit-tests
	mkdir gates
	echo '{"schema":"dealix.gate.plan.v1","id":"p","version":"1","title":"t","steps":[{"id":"a","type":"command","argv":["./unit-tests"]}]}' >gates/gate.json
	while IFS= read -r line; do
		eval "$line" >.out 2>&1 || true
	done <commands
	[ "$(wc -l <.statuses)" -eq "$(grep -c dealix- commands)" ]
	good_statuses
	[ "$(wc -l <commands)" -eq 10 ]
	# what a release rests on passes
	[ "$(grep -cE '^0 dealix-(evidence|verify|gate check)' .statuses)" -eq 6 ]
}

@test "man: every page that another one names is there" {
	sed -n 's/^\.Xr \(dealix[a-z-]*\) \([157]\).*/\1.\2/p' "$ROOT"/man/*.[157] | sort -u >named
	while IFS= read -r name; do
		[ -e "$ROOT/man/$name" ] || { echo "no page $name"; return 1; }
	done <named
	[ "$(wc -l <named)" -ge 8 ]
}

@test "man: every reason code that a page names is one" {
	mandoc -T ascii "$ROOT/man/dealix-reasons.7" | sed 's/.\x08//g' | grep -oE '^ +[a-z0-9_]+ \(' | tr -d ' (' | sort -u >codes
	[ "$(wc -l <codes)" -gt 100 ]
	sed -n 's/^\.Pq Li \([a-z0-9]*_[a-z0-9_]*\) .*/\1/p' "$ROOT"/man/*.[157] | sort -u >named
	[ -s named ]
	comm -13 codes named | grep -vxE '(mtd|month|anomaly|replayed|data|hard|auto)[a-z_]*' >unknown || true
	[ ! -s unknown ] || { cat unknown; return 1; }
}

@test "man: the members a decision has are those that dealix-decision(5) lists" {
	dealix-gate decide -n -f terraform-plan -r policies/rules/terraform-aws.json --costs costs.json plan.json >reply || true
	page dealix-decision.5 | grep -oE '[a-z0-9]+(_[a-z0-9]+)*' | sort -u >words
	jq -r 'keys[], (.findings[] | keys[]), (.rules[] | keys[]), (.explanation[] | keys[]), (.entitlement_waterfall[] | keys[]), (.would | keys[])' reply |
		sort -u >members
	comm -23 members words >unlisted
	[ ! -s unlisted ] || { cat unlisted; return 1; }
}

@test "man: the columns an entry has are those that dealix-ledger-entry(5) lists" {
	dealix-gate decide --environment prod requests.ndjson >/dev/null 2>&1 || true
	git init -q . && git -c user.name=n -c user.email=n@n.test commit -q --allow-empty -m one
	(umask 077; openssl genpkey -algorithm ed25519 -out key.pem 2>/dev/null)
	printf 'ok 1 - a\n1..1\n' >t.tap
	dealix-evidence add -k policies/demo/unit-tests.json -p min_tests=1 t.tap >/dev/null
	dealix-evidence attest --predicate-type x --sign key.pem t.tap >/dev/null
	dealix-evidence seal -o p.zip --sign key.pem --trace t --commit HEAD >/dev/null
	echo '{"schema":"dealix.gate.plan.v1","id":"p","version":"1","title":"t","steps":[{"id":"a","type":"tap","path":"t.tap"}]}' >plan.json
	dealix-gate check plan.json >/dev/null
	for event in evidence_recorded evidence_verified evidence_attested pack_sealed gate_evaluated; do
		[ "$(dealix-ledger list --event $event | grep -c .)" -ge 1 ]
	done
	page dealix-ledger-entry.5 | grep -oE '[a-z0-9]+(_[a-z0-9]+)*' | sort -u >words
	dealix-ledger list | jq -r 'keys[], (.decision // {} | keys[]), (.details | keys[]), (.actor | keys[]), (.subject | keys[]), .event' | sort -u >members
	comm -23 members words >unlisted
	[ ! -s unlisted ] || { cat unlisted; return 1; }
}

@test "man: the policy a store shows has the members that dealix-policy(5) lists, and the default digest it names" {
	dealix-gate policy set policies/default.json >/dev/null 2>&1
	page dealix-policy.5 | grep -oE '[a-z0-9]+(_[a-z0-9]+)*' | sort -u >words
	dealix-gate policy show | jq -r '. as $p | keys[], ($p[] | objects | keys[])' | sort -u >members
	comm -23 members words >unlisted
	[ ! -s unlisted ] || { cat unlisted; return 1; }
	page dealix-policy.5 | grep -q "$(dealix-gate policy show | tr -d '\n' | sha256sum | cut -c 1-64)"
}
