# What a user copies: the three gates (release-gates page 1.6), the CI jobs, the hooks, and pre-commit itself.
load ../lib

GATES=$ROOT/policies/gates
CI=$ROOT/policies/ci

# Every file that the file_exists checks of a gate name.
plant() { # GATE
	jq -r '.groups[].checks[] | select(.type == "file_exists") | .path' "$GATES/$1.json" | while IFS= read -r path; do
		mkdir -p "tree/$(dirname "$path")"
		echo "$path" >"tree/$path"
	done
}
json() { /usr/bin/python3 -c 'import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)' "$1"; }
repository() {
	git init -q -b main repository
	cd repository || return
	git config user.name Ana && git config user.email ana@example.com && git config commit.gpgsign false
	mkdir gates policy
	cat >gates/gate.json <<-'X'
		{"schema":"dealix.gate.v1","id":"notes","version":"1.0.0","title":"Notes","groups":[{"id":"all","label":"All","checks":[
		{"id":"there","type":"file_exists","path":"NOTES.md"},{"id":"finished","type":"text_absent","path":"NOTES.md","pattern":"lorem ipsum"}]}]}
	X
	cp "$ROOT/policies/default.json" policy/policy.json
	echo 'lorem  ipsum' >NOTES.md
}

@test "gates: the architecture brief counts forty components" {
	plant architecture-brief
	run -0 --separate-stderr dealix-gate check -C tree --format text "$GATES/architecture-brief.json"
	[[ $output == *$'\nOVERALL SCORE: 100.0% (40/40)\nTIER-1 READY: YES'* ]]
	rm tree/docs/services/ledger.md
	run -1 --separate-stderr dealix-gate check -C tree --format text --one-line "$GATES/architecture-brief.json"
	[ "${lines[-1]}" = 'OVERALL SCORE: 97.5% (39/40) — TIER-1 READY: NO' ]
	jq 'del(.groups[0].checks[0])' "$GATES/architecture-brief.json" >shrunk.json
	refused 2 gate_total_mismatch dealix-gate check -C tree shrunk.json
}

@test "gates: release readiness wants the components and their traces in the code" {
	plant release-readiness
	mkdir tree/src
	printf '%s\n' missing_correlation_id exec_weekly_pack evidence_pack_assembled idempotency_key run_checkpoint TRACEPARENT >tree/src/all.c
	echo 'alter table deal force row level security;' >>tree/db/policies.sql
	run -0 --separate-stderr dealix-gate check -C tree --format text --one-line "$GATES/release-readiness.json"
	[ "${lines[-1]}" = 'SCORE: 100.0% (41/41) — RELEASE READY: YES' ]
	sed -i /run_checkpoint/d tree/src/all.c
	run -1 --separate-stderr dealix-gate check -C tree "$GATES/release-readiness.json"
	[ "$(field '.results[] | select(.state != "PASS") | .check + " " + .reason')" = 'checkpoints text_absent' ]
}

@test "gates: the tests that show what release readiness only finds must have passed" {
	mkdir -p tree/build/test-results
	{
		echo '<testsuite name="all">'
		for name in $(jq -r '.groups[-1].checks[].id' "$GATES/release-readiness.json"); do echo "<testcase name=\"$name\"/>"; done
		echo '</testsuite>'
	} >tree/build/test-results/all.xml
	run -0 --separate-stderr dealix-gate check -C tree --format text --one-line "$GATES/tests.json"
	[ "${lines[-1]}" = 'SCORE: 100.0% (1/1) — TESTS READY: YES' ]
	sed -i '/trust-rule/d' tree/build/test-results/all.xml
	run -1 --separate-stderr dealix-gate check -C tree "$GATES/tests.json"
	[ "$(field '.results[0].reason')" = required_test_missing ]
}

@test "ci: the workflow and the job are YAML of the right shape, and pin what judges" {
	run -0 json "$CI/github-actions.yml"
	[ "$(field '.permissions | tojson')" = '{"contents":"read"}' ]
	[ "$(field '[.jobs[].steps[] | has("uses") != has("run")] | all')" = true ]
	[ "$(field '[.jobs[].steps[].uses // empty | test("^[a-z-]+/[a-z-]+@v[0-9]+$")] | all')" = true ]
	[ "$(field '[.jobs[].steps[].run // empty | select(test("^dealix-gate ")) | test("--policy .* --principals ")] | all and length == 2')" = true ]
	run -0 json "$CI/gitlab-ci.yml"
	[ "$(field '."release-gate" | (.script | type) + " " + (.artifacts.reports.junit)')" = 'array gate.xml' ]
}

@test "ci: the commands of the workflow and of the job, run" {
	local step
	repository
	printf '{"schema":"dealix.principals.v1","tenant_id":"default","principals":[{"id":"ci","role":"owner","os_users":["%s"]}]}\n' "$(id -un)" >policy/people.json
	json "$CI/github-actions.yml" | jq -r '.jobs[].steps[] | select(.name == "Release gates" or .name == "Verify the store") | .run' >steps
	json "$CI/gitlab-ci.yml" | jq -r '."release-gate" | .script[], .after_script[]' >job
	[ "$(grep -c dealix- steps)" -eq 2 ] && [ "$(grep -c dealix- job)" -eq 2 ]
	run -1 bash -e steps
	[[ $output == *'::error'*lorem* ]] || { echo "$output"; false; }
	run -1 bash -e job
	xmllint --noout gate.xml
	echo done >NOTES.md
	run -0 bash -e steps
	run -0 bash -e job
	[ "$(xmllint --xpath 'string(//testsuite/@failures)' gate.xml)" = 0 ]
}

@test "hooks: as git runs them" {
	repository
	for hook in pre-commit pre-push; do
		sh -n "$CI/$hook"
		[ "$(wc -l <"$CI/$hook")" -eq 2 ]
		install -m 755 "$CI/$hook" ".git/hooks/$hook"
	done
	git add .
	run git commit -q -m bad
	[ "$status" -eq 1 ]
	[[ $output == *'NO'* ]]
	[ ! -e .dealix ]
	echo done >NOTES.md && git add .
	git commit -q -m good
	git init -q --bare ../other.git && git remote add origin ../other.git
	git push -q origin main
	dealix-ledger list --event gate_evaluated | jq -es --arg head "$(git rev-parse HEAD)" 'length >= 1 and all(.details.commit == $head)'
	echo 'lorem ipsum' >>NOTES.md
	run git push -q origin main:other
	[ "$status" -eq 1 ]
}

@test "hooks: through pre-commit itself" {
	command -v pre-commit >/dev/null || skip "pre-commit is not installed"
	git init -q hooks && cp "$ROOT/.pre-commit-hooks.yaml" hooks
	git -C hooks add . && git -C hooks -c user.name=Ana -c user.email=ana@example.com commit -q -m hooks
	repository
	mkdir evidence
	cat >.pre-commit-config.yaml <<-X
		repos:
		- repo: $SCRATCH/hooks
		  rev: $(git -C ../hooks rev-parse HEAD)
		  hooks:
		  - id: dealix-gate
		  - id: dealix-evidence
	X
	pre-commit install >/dev/null
	git add .
	run git commit -m bad
	[ "$status" -eq 1 ]
	[[ $output == *'release gates'*Failed*finished* ]]
	echo done >NOTES.md && git add .
	git commit -q -m good
	echo '{"schema":"nobody.knows.v1"}' >evidence/a.json && git add .
	run git commit -m bad
	[ "$status" -eq 1 ]
	[[ $output == *evidence*Failed* ]]
}

@test "hooks: git commit -a and git commit PATH are judged by the index that becomes the commit" {
	repository
	cat >gates/gate.json <<-'X'
		{"schema":"dealix.gate.v1","id":"notes","version":"1.0.0","title":"Notes","groups":[{"id":"all","label":"All","checks":[
		{"id":"there","type":"file_exists","path":"NOTES.md","tracked":true},{"id":"keys","type":"git","fact":"no_tracked","globs":["*.pem"]}]}]}
	X
	install -m 755 "$CI/pre-commit" .git/hooks/pre-commit
	git add . && git commit -q -m one
	echo two >NOTES.md
	git commit -q -a -m two
	echo three >NOTES.md
	git commit -q -m three NOTES.md
	echo key >k.pem && git add -f k.pem && git commit -q --no-verify -m key
	git rm -q --cached k.pem && echo four >NOTES.md
	run git commit -q -m four -o NOTES.md
	[ "$status" -eq 1 ]
	[[ $output == *git_no_tracked* ]] || { echo "$output"; false; }
	git add NOTES.md
	git commit -q -m five
}
