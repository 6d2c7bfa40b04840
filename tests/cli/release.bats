# dealix-verify release: release candidates, step by step (release-gates page 2).
load ../lib

ANA=61001 OMAR=61002 CI=61003

scene() {
	export GIT_AUTHOR_NAME=ana GIT_AUTHOR_EMAIL=' Ana@Home.Example' GIT_COMMITTER_NAME=ana GIT_COMMITTER_EMAIL=ana@example GIT_CONFIG_GLOBAL=/dev/null
	git init -q -b main .
	printf '.dealix\n*.json\nhome\n' >.git/info/exclude
	echo one >file && git add file && git commit -qm one
	git checkout -qb rc/1.4.0
	echo two >file && git commit -qam two
}
tip() { git rev-parse "${1:-HEAD}"; }
# rc MEMBERS: rc.json of the branch
rc() { printf '{"schema":"dealix.rc.v1","rc":"%s","head":"%s"%s}\n' "${RC:-rc/1.4.0}" "${AT:-$(tip)}" "${1:+,$1}" >rc.json; }
# step STATUS N CODES [OPTIONS]
step() {
	run "-$1" --separate-stderr dealix-verify release --step "$2" "${@:4}" <rc.json
	[ "$(jq -r '[.reasons[].code] | join(" ")' <<<"$output")" = "$3" ] || { echo "want $3: $output $stderr"; return 1; }
}
need_root() {
	[ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null || skip "other users cannot be taken on"
	chmod 755 .
	jq -n --arg me root '{schema: "dealix.principals.v1", tenant_id: "default", principals: [
		{id: "root", role: "owner", os_users: [$me]}, {id: "ana", role: "member", os_users: ["uid:61001"], authors: ["ana@home.example"]},
		{id: "omar", role: "member", os_users: ["uid:61002"]}, {id: "ci", role: "member", kind: "service", os_users: ["uid:61003"]}]}' >people.json
}
# as UID COMMAND...: the store and the repository are that user's meanwhile
as() {
	local rc=0
	chown -R "$1:$1" .
	HOME=$PWD/home setpriv --reuid "$1" --regid "$1" --clear-groups "${@:2}" || rc=$?
	chown -R 0:0 .
	return $rc
}
gates() { # OUTCOME
	for gate in architecture-brief release-readiness tests; do
		printf '{"schema":"dealix.gate.v1","id":"%s","version":"1","title":"G","groups":[{"id":"a","label":"A","checks":[{"id":"c","type":"command","argv":["%s"]}]}]}' \
			"$gate" "${1:-true}" >"$gate.json"
	done
}

@test "release: the page's example, outside any repository" {
	mkdir /tmp/"${SCRATCH##*/}".out && cd /tmp/"${SCRATCH##*/}".out
	run -1 --separate-stderr dealix-verify release --step 6 --now 2026-03-01T00:00:00Z <<<'{"rc":"rc/1.4.0","head":"c2","title":"[RC] 1.4.0","target":"main","authors":["ana"],"approvals":[{"by":"omar","at_commit":"c1"}],"behind":0,"status":{"gates":"success"}}'
	[ "$output" = '{"evaluated_at":"2026-03-01T00:00:00.000000Z","facts":"stated","head":"c2","pass":false,"rc":"rc/1.4.0","reasons":[{"approved":"c1","by":"omar","code":"rc_stale_approval","head":"c2"},{"code":"rc_no_approval","needed":1,"valid":0}],"step":6}' ]
	[ ! -e .dealix ]
	rmdir "$PWD"
}

@test "release: a candidate goes all seven steps, each person in his place" {
	need_root
	gates
	rc
	run -0 --separate-stderr dealix-verify release --step 1 --record --principals people.json rc.json
	[ "$(dealix-ledger list --event rc_step | jq -c '[.subject.type, .subject.id, .details.step, .details.pass, .details.head, .actor.id]')" = \
		"[\"release\",\"rc/1.4.0\",1,true,\"$(tip)\",\"root\"]" ]
	step 1 2 'rc_gates_local rc_gates_local rc_gates_local'
	as $ANA dealix-gate check architecture-brief.json release-readiness.json tests.json >/dev/null
	step 0 2 '' --record
	rc '"title":"1.4.0","target":"develop"'
	step 1 3 'rc_title rc_target'
	rc '"title":"[RC] 1.4.0","change_request":17'
	step 1 4 'rc_out_of_order rc_gates_ci rc_gates_ci rc_gates_ci'
	step 0 3 '' --record
	as $ANA dealix-gate check tests.json >/dev/null
	step 1 4 'rc_gates_ci rc_gates_ci rc_gates_ci'
	as $CI dealix-gate check architecture-brief.json release-readiness.json tests.json >/dev/null
	step 0 4 '' --record
	as $ANA dealix-gate check release-readiness.json >/dev/null
	step 1 5 rc_review_gate2
	as $OMAR dealix-gate check release-readiness.json >/dev/null
	step 0 5 '' --record
	rc "\"title\":\"[RC] 1.4.0\",\"authors\":[\"ana@home.example\"],\"approvals\":[{\"by\":\"ana\",\"at_commit\":\"$(tip)\"}],\"status\":{\"ci\":\"pending\"}"
	step 1 6 'rc_self_approval rc_no_approval rc_status'
	rc "\"approvals\":[{\"by\":\"ci\",\"at_commit\":\"$(tip)\"}],\"status\":{\"ci\":\"success\"}"
	step 1 6 rc_no_approval
	rc "\"approvals\":[{\"by\":\"omar\",\"at_commit\":\"$(tip)\"}],\"status\":{\"ci\":\"success\"}"
	step 1 6 rc_status --require ci --require lint
	step 0 6 '' --record
	git checkout -q main && git merge -q --no-ff -m merge rc/1.4.0
	AT=$(tip rc/1.4.0) rc "\"merge_commit\":\"$(tip)\""
	step 1 7 rc_tag_missing
	git tag v1.4.0
	step 1 7 rc_tag_lightweight
	git tag -f -a -m release v1.4.0 main~1 >/dev/null
	step 1 7 rc_tag_wrong_commit
	git tag -f -a -m release v1.4.0 >/dev/null
	step 0 7 '' --record
	# A service that turns out to be one of the people, and the other way round
	git checkout -q -b rc/1.5.0
	RC=rc/1.5.0 rc
	step 0 1 ''
	RC=rc/1.3.9 rc
	step 1 1 rc_version_not_newer
}

@test "release: a new commit goes back to step 2 and voids what was approved" {
	gates
	rc
	dealix-verify release --step 1 --record <rc.json >/dev/null 2>&1
	dealix-gate check architecture-brief.json release-readiness.json tests.json >/dev/null
	step 0 2 '' --record
	rc '"title":"[RC] 1.4.0"'
	step 0 3 '' --record
	old=$(tip)
	echo three >file && git commit -qam three
	step 1 3 rc_facts
	rc "\"title\":\"[RC] 1.4.0\",\"approvals\":[{\"by\":\"omar\",\"at_commit\":\"$old\"}],\"status\":{\"ci\":\"success\"}"
	step 1 3 rc_out_of_order
	step 1 6 'rc_out_of_order rc_stale_approval rc_no_approval'
	[ "$(jq -c '.reasons[0]' <<<"$output")" = '{"code":"rc_out_of_order","missing":2}' ]
	step 1 2 'rc_gates_local rc_gates_local rc_gates_local'
	gates false
	dealix-gate check architecture-brief.json release-readiness.json tests.json >/dev/null || :
	step 1 2 'rc_gates_local rc_gates_local rc_gates_local' --record
	[ "$(jq -r '[.reasons[].why] | join(" ")' <<<"$output")" = "not_ready not_ready not_ready" ]
	[ "$(dealix-ledger list --event rc_step | jq -c '.details | [.step, .pass]' | sort | tr '\n' ' ')" = '[1,true] [2,false] [2,true] [3,true] ' ]
}

@test "release: what git knows is held against the file" {
	rc '"authors":["ANA@home.example "],"behind":0'
	step 0 1 ''
	[ "$(jq -r .facts <<<"$output")" = git ]
	rc '"authors":["eve@example"]'
	step 1 1 rc_facts
	[ "$(jq -c '.reasons[0] | [.fact, .git, .stated]' <<<"$output")" = '["authors",[" Ana@Home.Example"],["eve@example"]]' ] ||
		[ "$(jq -c '.reasons[0] | [.fact, .git, .stated]' <<<"$output")" = '["authors",["Ana@Home.Example"],["eve@example"]]' ]
	rc '"behind":2'
	step 1 1 rc_facts
	AT=$(tip main) rc
	step 1 1 rc_facts
	for at in c2 0000000000000000000000000000000000000000 'HEAD' 'rc/1.4.0~0' "$(git rev-parse HEAD^{tree})"; do
		AT=$at rc
		step 1 1 'rc_facts rc_not_from_main'
	done
	RC='rc/1.4.0^{tree}' rc
	step 1 1 rc_branch_name
	rc '"tag":"v1.4.0"'
	step 1 1 rc_facts
}

@test "release: main goes on" {
	git checkout -q main && git commit -q --allow-empty -m on && git checkout -q rc/1.4.0
	rc
	step 1 1 rc_not_from_main
	[ "$(jq -r '.reasons[0] | .behind, .main, .merge_base' <<<"$output" | tr '\n' ' ')" = "1 $(tip main) $(git merge-base main HEAD) " ]
	rc "\"approvals\":[{\"by\":\"omar\",\"at_commit\":\"$(tip)\"}],\"status\":{\"ci\":\"success\"}"
	step 1 6 rc_behind
	# the upstream's main counts, not what was fetched into a branch long ago
	git update-ref refs/remotes/origin/main main~1
	rc
	step 0 1 ''
}

@test "release: a squash merge is as good when the trees are equal, an evil merge is not" {
	AT=$(tip)
	export AT
	git checkout -q main && git merge -q --squash rc/1.4.0 >/dev/null && git commit -qm squashed && git branch -qD rc/1.4.0
	rc "\"merge_commit\":\"$(tip)\""
	step 1 7 rc_tag_missing
	git tag -a -m r v1.4.0
	step 1 7 rc_out_of_order
	echo evil >file && git commit -q -a --amend -m squashed && git tag -f -a -m r v1.4.0 >/dev/null
	rc "\"merge_commit\":\"$(tip)\""
	step 1 7 rc_tag_wrong_commit
	[ "$(jq -r '.reasons[0].why' <<<"$output")" = other_tree ]
	git checkout -q -b elsewhere && git commit -q --allow-empty -m x && git tag -f -a -m r v1.4.0 >/dev/null
	rc "\"merge_commit\":\"$(tip)\""
	step 1 7 rc_tag_early
}

@test "release: a tag before its time, an older version, a second candidate of the version" {
	rc
	git tag v1.3.0 && git tag -a -m x v1.10.0 && git tag v-not-a-version
	step 1 1 rc_version_not_newer
	[ "$(jq -r '.reasons[0].newest' <<<"$output")" = v1.10.0 ]
	git tag -d v1.10.0 >/dev/null
	step 0 1 ''
	git tag v1.4.0
	step 1 1 rc_tag_early
	git tag -d v1.4.0 >/dev/null
	git branch rc/1.4.0+second && git branch rc/1.4.1
	step 1 1 rc_duplicate
	git branch -D rc/1.4.0+second >/dev/null
	git update-ref refs/remotes/origin/rc/1.4.0+other HEAD
	step 1 1 rc_duplicate
	git update-ref refs/remotes/origin/rc/1.4.0+other main
	step 0 1 ''
	RC=rc/1.4.0+third rc
	dealix-verify release --step 1 --record <rc.json >/dev/null 2>&1 || :
	rc
	step 1 1 rc_duplicate
}

@test "release: names, usage, hostile documents" {
	for name in 1.4.0 rc/v1.4.0 rc/1.4 RC/1.4.0 rc/01.4.0; do
		RC=$name rc
		step 1 1 rc_branch_name
	done
	rc
	usage dealix-verify release <rc.json
	one_line 2 usage dealix-verify release --step 8 <rc.json
	one_line 2 usage dealix-verify release --step 1 --record --now 2026-01-01T00:00:00Z <rc.json
	refused 2 time_invalid dealix-verify release --step 1 --now soon <rc.json
	refused 2 input_empty dealix-verify release --step 1 </dev/null
	refused 2 json_invalid dealix-verify release --step 1 <<<'{"rc":'
	refused 2 json_duplicate_member dealix-verify release --step 1 <<<'{"rc":"rc/1.4.0","rc":"rc/1.4.1","head":"x"}'
	refused 2 unknown_field dealix-verify release --step 1 <<<'{"rc":"rc/1.4.0","head":"x","force":true}'
	refused 2 field_invalid dealix-verify release --step 1 <<<'{"rc":"rc/1.4.0","head":"x","schema":"dealix.rc.v2"}'
	refused 2 json_too_large dealix-verify release --step 1 < <(head -c 2000000 /dev/zero | tr '\0' ' ')
	[ ! -e .dealix ]
	run -1 --separate-stderr dealix-verify release --step 3 -F text rc.json
	[ "${lines[0]}" = "rc/1.4.0 step 3: FAIL (facts git)" ]
	[[ ${lines[1]} == "  rc_title: "* ]]
}

@test "release: detached, in a work tree, shallow, unborn, bare" {
	rc
	git checkout -q --detach && git branch -qD rc/1.4.0
	step 0 1 ''
	git branch rc/1.4.0
	git worktree add -q ../"${SCRATCH##*/}.tree" rc/1.4.0
	(cd ../"${SCRATCH##*/}.tree" && dealix-verify release --step 1 <"$SCRATCH/rc.json" | jq -e .pass >/dev/null)
	git worktree remove --force ../"${SCRATCH##*/}.tree"
	for i in 1 2 3; do git commit -q --allow-empty -m "$i"; done
	git branch -qf rc/1.4.0
	rc
	git clone -q --depth 2 --no-single-branch "file://$PWD" shallow
	refused 3 git_shallow dealix-verify release --step 1 -C shallow rc.json
	git -C shallow fetch -q --unshallow
	run -0 --separate-stderr dealix-verify release --step 1 -C shallow rc.json
	git clone -q --bare . bare.git
	run -0 --separate-stderr dealix-verify release --step 1 -C bare.git rc.json
	git init -q -b rc/1.4.0 unborn
	run -1 --separate-stderr dealix-verify release --step 1 -C unborn rc.json
	[ "$(jq -r '[.reasons[].code] | join(" ")' <<<"$output")" = "rc_facts rc_not_from_main" ]
}

@test "release: a fault of the document names the file" {
	echo '{"rc":"rc/1.4.0"}' >rc.json
	run -2 --separate-stderr dealix-verify release --step 1 rc.json
	[ "$stderr" = "dealix-verify: rc.json: is missing, must be a string at /head [field_invalid]" ]
}
