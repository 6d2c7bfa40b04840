# Git facts one by one, conditions of checks, tracked files, and how their members are read (release-gates pages 1, 1.1, 1.4).
load ../lib
load ../git

# --- facts ---

@test "git: refs that lead nowhere, and up_to_date_with means the upstream's copy" {
	(history)
	git clone -q repo clone && cd clone
	git tag tree 'HEAD^{tree}'
	refs=(no-such v9 HEAD~99 0123456789012345678901234567890123456789 'HEAD^3' tree)
	for fact in head_is descends_from up_to_date_with; do printf '"ref":"%s"\n' "${refs[@]}" | all $fact "ERROR git_ref_missing"; done
	printf '"globs":["**"],"since":"%s"\n' "${refs[@]}" | all not_changed "ERROR git_ref_missing"
	git checkout -q --orphan alone && git commit -qm alone
	says "ERROR git_ref_missing" changed '"globs":["**"],"since":"main"'
	git checkout -q main
	says PASS head_is '"ref":"origin/main"'
	says "FAIL git_head_is" head_is '"ref":"HEAD~1"'
	says PASS up_to_date_with '"ref":"main"'
	says PASS up_to_date_with '"ref":"topic"'	# there is only the upstream's
	(cd ../repo && commit a/new)
	git fetch -q
	says PASS descends_from '"ref":"main"'
	says "FAIL git_up_to_date_with" up_to_date_with '"ref":"main"'
	says PASS up_to_date_with '"ref":"refs/heads/main"'
	says "FAIL git_descends_from" descends_from '"ref":"origin/main"'
}

@test "git: branch names and globs" {
	history
	git checkout -qb release/1.x
	printf '"glob":"%s"\n' 'release/*' 'release/**' '**' '*/*' 'release/?.x' '1.*' '/release/*' | all branch_matches PASS
	printf '"glob":"%s"\n' 'rel*se' '/1.*' '/*' 'release/*/*' 'Release/*' 'main' | all branch_matches "FAIL git_branch_matches"
	git symbolic-ref HEAD refs/tags/odd 2>/dev/null || echo 'ref: refs/tags/odd' >.git/HEAD
	says "FAIL git_branch_matches" branch_matches '"glob":"**"'
}

@test "git: tags at HEAD, light and annotated, nested, of other objects" {
	history
	says PASS tag_at_head '"glob":"v2*"'
	says PASS tag_at_head '"glob":"v2*","annotated":true'
	says "FAIL git_tag_at_head" tag_at_head '"glob":"v1*"'
	says "FAIL git_tag_at_head" tag_at_head '"glob":"v2*","signed":true'
	git tag light2
	says PASS tag_at_head '"glob":"light2"'
	says "FAIL git_tag_at_head" tag_at_head '"glob":"light2","annotated":true'
	git tag -a -m nested nested v2.0
	says PASS tag_at_head '"glob":"nested","annotated":true'
	git tag blob "$(git hash-object -w a/1.txt)"
	says "FAIL git_tag_at_head" tag_at_head '"glob":"blob"'
	git tag rc/3.0
	says PASS tag_at_head '"glob":"rc/*"'
	printf '"name":"%s"\n' v3.0 V2.0 rc not..valid | all no_tag PASS
	says "FAIL git_no_tag" no_tag '"name":"v2.0"'
	git pack-refs --all
	says "FAIL git_no_tag" no_tag '"name":"rc/3.0"'
}

@test "git: a signed tag counts by an enabled principal's key alone" {
	command -v ssh-keygen >/dev/null || skip "ssh-keygen is absent"
	history
	for who in lead other; do ssh-keygen -q -t ed25519 -N '' -C '' -f "$SCRATCH/$who"; done
	git config gpg.format ssh
	git config user.signingKey "$SCRATCH/lead.pub"
	GIT_COMMITTER_DATE=2026-02-01T00:00:00Z git tag -s -m 'signed by lead' s1 || skip "this git signs no tags by SSH"
	people() { # [MEMBER of the key] [MEMBER of the principal]
		printf '{"schema":"dealix.principals.v1","tenant_id":"default","principals":[{"id":"owner","role":"owner","os_users":["%s"]},{"id":"lead","role":"member","ssh_keys":[{"public_key":"%s"%s}]%s}]}' \
		    "$(id -un)" "$(tr -d '\n' <"$SCRATCH/lead.pub" | sed 's/ *$//')" "${1:+,$1}" "${2:+,$2}" >"$SCRATCH/people.json"
		rm -rf "$DEALIX_STORE"
	}
	signed='"glob":"s*","signed":true'
	says "FAIL git_tag_at_head" tag_at_head "$signed"	# nobody is known
	people && OPTS="--principals $SCRATCH/people.json"
	says PASS tag_at_head "$signed"
	OPTS=
	says PASS tag_at_head "$signed"				# by the store's principals
	people '' '"disabled":true' && OPTS="--principals $SCRATCH/people.json"
	says "FAIL git_tag_at_head" tag_at_head "$signed"
	people '"valid_before":"2025-01-01T00:00:00.000000Z"'
	says "FAIL git_tag_at_head" tag_at_head "$signed"
	people
	says "FAIL git_tag_at_head" tag_at_head '"glob":"v2.0","signed":true'
	# the same words with another's signature, and other words with this one's
	git tag -d s1 >/dev/null
	git config user.signingKey "$SCRATCH/other.pub" && git tag -s -m 'signed by other' s2
	says "FAIL git_tag_at_head" tag_at_head "$signed"
	git config user.signingKey "$SCRATCH/lead.pub" && git tag -s -m 'signed by lead' t1
	git cat-file tag t1 | sed 's/^signed by lead/forged/' >"$SCRATCH/tag"
	git update-ref refs/tags/s3 "$(git hash-object -t tag -w --literally "$SCRATCH/tag")"
	says "FAIL git_tag_at_head" tag_at_head "$signed"
	# a signature for another purpose is none for a tag
	git cat-file tag t1 | sed '/BEGIN SSH/,$d' >"$SCRATCH/words"
	ssh-keygen -q -Y sign -n dealix -f "$SCRATCH/lead" "$SCRATCH/words" 2>/dev/null
	cat "$SCRATCH/words" "$SCRATCH/words.sig" >"$SCRATCH/tag"
	git update-ref refs/tags/s4 "$(git hash-object -t tag -w "$SCRATCH/tag")"
	says "FAIL git_tag_at_head" tag_at_head "$signed"
	says PASS tag_at_head '"glob":"t1","signed":true'
	git commit -q --allow-empty -m next
	says "FAIL git_tag_at_head" tag_at_head '"glob":"t1","signed":true'
}

@test "git: changed and not_changed look at commits alone, under both names of a rename" {
	history
	says PASS changed '"globs":["a/two.txt"],"since":"v1.0"'
	says PASS changed '"globs":["a/2.txt"],"since":"v1.0"'
	says "FAIL git_not_changed" not_changed '"globs":["a/3.txt"],"since":"v1.0"'
	says PASS not_changed '"globs":["b/**","/c/*"],"since":"v1.0"'
	says "FAIL git_changed" changed '"globs":["a/8.txt"],"since":"v1.0"'
	says PASS changed '"globs":["1.txt"],"since":"v1.0"'
	says "FAIL git_changed" changed '"globs":["/1.txt"],"since":"v1.0"'
	echo more >>b/5.txt && git add -A
	says PASS not_changed '"globs":["b/**"],"since":"v1.0"'
	git reset -q --hard
	# since a branch that went on: from where they parted
	git checkout -qb side v1.0 && commit side.txt && git checkout -q main
	says PASS not_changed '"globs":["side.txt"],"since":"side"'
	# one that looks at the mode, and a file that became a link
	chmod +x b/5.txt && rm b/6.txt && ln -s 5.txt b/6.txt && git add -A && git commit -qm modes
	says PASS changed '"globs":["b/5.txt"],"since":"HEAD~1"'
	says PASS changed '"globs":["b/6.txt"],"since":"HEAD~1"'
}

@test "git: histories made at random: merge bases, ancestors and what changed, as git has them" {
	git init -q repo && cd repo
	python3 - <<-'EOF' | git fast-import --quiet
	import random
	random.seed(20260417)
	def data(s): return "data %d\n%s\n" % (len(s), s)
	for i in range(1, 91):
	    # dates that go backwards now and then
	    date = 1700000000 + i * 60 - random.choice([0, 0, 0, 5000, 100000])
	    print("commit refs/heads/b%d\nmark :%d\ncommitter A <a@e> %d +0000\n%s" % (i % 6, i, date, data("c%d" % i)), end="")
	    parents = random.sample(range(max(1, i - 12), i), min(i - 1, random.choice([1, 1, 1, 2, 2, 3]))) if i > 1 and i != 45 else []
	    for n, p in enumerate(parents):
	        print(("from :%d" if n == 0 else "merge :%d") % p)
	    print("M 100644 inline d%d/f%d\n%s" % (i % 4, i % 17, data("text %d" % i)), end="")
	    if not i % 10: print("tag t%d\nfrom :%d\ntagger A <a@e> %d +0000\n%s" % (i, i, date, data("t")), end="")
	EOF
	for head in b0 b3 t60; do
		git checkout -q "$head"
		checks=() && : >"$SCRATCH/want"
		for ref in $(git for-each-ref --format='%(refname:short)'); do
			git merge-base --is-ancestor "$ref" HEAD && is=PASS || is="FAIL git_descends_from"
			checks+=("$(fact "d$ref" descends_from "\"ref\":\"$ref\"")")
			echo "d$ref $is" >>"$SCRATCH/want"
			# of several merge bases git takes one or another
			[ "$(git merge-base --all "$ref" HEAD | wc -l)" -eq 1 ] || continue
			checks+=("$(fact "c$ref" changed "\"globs\":[\"d1/*\"],\"since\":\"$ref\"")")
			git diff --name-only --no-renames "$ref...HEAD" | grep -q ^d1/ && is=PASS || is="FAIL git_changed"
			echo "c$ref $is" >>"$SCRATCH/want"
		done
		check "${checks[@]}"
		diff "$SCRATCH/want" - <<<"$states"
	done
	git commit-graph write --reachable
	check "${checks[@]}"
	diff "$SCRATCH/want" - <<<"$states"
}

@test "git: trailers as interpret-trailers finds them" {
	git init -q repo && cd repo
	trailers() { # MESSAGE: those that git finds are found, each with its value
		git commit -q --allow-empty --cleanup=verbatim -m "$1"
		rows=() want=
		git log -1 --format=%B | git interpret-trailers --parse >"$SCRATCH/found"
		for name in Signed-off-by reviewed-by Fixes Note Co-Authored-By None; do
			if grep -qi "^$name:" "$SCRATCH/found"; then want+="$name PASS"$'\n'; else want+="$name FAIL git_trailer"$'\n'; fi
			rows+=("$(fact $name trailer "\"name\":\"$name\"")")
		done
		check "${rows[@],,}"
		diff -i <(printf %s "$want") - <<<"$states" || { echo "message: $1"; return 1; }
	}
	trailers $'subject\n\nbody\n\nSigned-off-by: A <a@example>\nReviewed-by: B <b@example>\nFixes: #7'
	says PASS trailer '"name":"REVIEWED-BY","pattern":"<b@example>$"'
	says "FAIL git_trailer" trailer '"name":"Reviewed-by","pattern":"c@example"'
	says PASS trailer '"name":"Fixes","pattern":"^#[0-9]+$"'
	trailers $'Fixes: no trailer in a subject'
	trailers $'subject\n\nFixes: 1\n\nnot in the last paragraph'
	trailers $'subject\n\nNote: goes on\n  over a line\nFixes: 2'
	says PASS trailer '"name":"Note","pattern":"^goes on over a line$"' || { git commit -q --allow-empty -m $'subject\n\nNote: goes on\n  over a line\nFixes: 2'; says PASS trailer '"name":"Note","pattern":"^goes on over a line$"'; }
	trailers $'subject\n\nsome words that are none\nNote: one of two lines'
	trailers $'subject\n\nSigned-off-by: A\nsome words among them\nanother line of words'
	trailers $'subject\n\nNote : blank before it\nFixes:3'
	trailers $'subject\r\n\r\nFixes: with a carriage return\r\n'
	trailers $'subject\n\nNote: last\n\n\n'
	trailers $'subject\n\nFixes:\nNote: the one above has no value'
	trailers $'subject\n\nNote: caf\xe9'
	trailers $'only a subject'
}

@test "git: owners cover paths" {
	history
	says "FAIL git_owner_covers" owner_covers '"paths":["a/1.txt"]'
	[[ $(field '.results[0].detail|tostring') == *'no CODEOWNERS'* ]]
	mkdir -p .github && printf '* @all\n/a/ @org/a\n/a/secret\n' >.github/CODEOWNERS
	says PASS owner_covers '"paths":["a/1.txt","x/y/z"]'
	says "FAIL git_owner_covers" owner_covers '"paths":["a/1.txt","a/secret"]'
	[ "$(jq -c '.results[0].observed' <<<"$output")" = '{"file":".github/CODEOWNERS","unowned":["a/secret"]}' ]
	cd a
	OPTS='-C .' && says "FAIL git_owner_covers" owner_covers '"paths":["secret"]'
	says PASS owner_covers '"paths":["1.txt"]'
}

# --- documents ---

bad() { # CODE CHECK: the document is refused
	printf '{"schema":"dealix.gate.v1","id":"g","version":"1","title":"G","groups":[{"id":"g","checks":[%s]}]}' "$2" >"$SCRATCH/gate.json"
	run --separate-stderr dealix-gate check "$SCRATCH/gate.json"
	[ "$status" -eq 2 ] && [[ $stderr == *"[$1]"* ]] || { echo "$2: $status $stderr"; return 1; }
}

@test "git: members of a fact are read strictly" {
	bad field_invalid '{"id":"x","type":"git"}'
	bad field_invalid "$(fact x no_such_fact)"
	for row in 'clean "ref":"x"' 'head_is "ref":"x","glob":"y"' 'no_tracked "globs":["a"],"since":"x"' 'trailer "name":"x","ref":"y"' \
	    'tag_at_head "glob":"x","name":"y"' 'changed "globs":["a"],"since":"x","ref":"y"' 'branch_matches "glob":"x","ref":"y"'; do
		bad gate_unknown_field "$(fact x "${row%% *}" "${row#* }")"
	done
	for row in head_is descends_from up_to_date_with branch_matches tag_at_head no_tag changed not_changed no_tracked trailer owner_covers; do
		bad field_invalid "$(fact x "$row")"
	done
	for row in 'head_is "ref":""' 'head_is "ref":7' 'head_is "ref":"-x"' 'head_is "ref":"a..b"' 'head_is "ref":":/text"' 'head_is "ref":"HEAD:a"' \
	    'head_is "ref":"main@{1}"' 'no_tracked "globs":[]' 'no_tracked "globs":[""]' 'no_tracked "globs":"x"' 'no_tracked "globs":[7]' \
	    'changed "globs":["a"]' 'changed "since":"a"' 'trailer "name":"a:b"' 'trailer "name":"a","pattern":"("' 'owner_covers "paths":[]' \
	    'tag_at_head "glob":"x","signed":"yes"' "no_tracked \"globs\":[\"$(printf %01025d 0)\"]"; do
		bad field_invalid "$(fact x "${row%% *}" "${row#* }")"
	done
	bad path_escape "$(fact x owner_covers '"paths":["../x"]')"
	bad path_escape "$(fact x owner_covers '"paths":["/x"]')"
	bad field_invalid '{"id":"x","type":"file_exists","path":"a","tracked":"yes"}'
}

@test "when: false makes a check not applicable, what cannot be evaluated an error" {
	history
	printf '{"on":true,"off":false,"text":"x"}' >flags.json
	git add -A && git commit -qm flags
	never='{"id":"%s","type":"file_exists","path":"no-such","when":%s}'
	# shellcheck disable=SC2059
	c() { printf "$never" "$1" "$2"; }
	check "$(c git-true '{"type":"git","fact":"branch_matches","glob":"main"}')" "$(c git-false '{"type":"git","fact":"branch_matches","glob":"rc/*"}')" \
	    "$(c git-error '{"type":"git","fact":"head_is","ref":"no-such"}')" \
	    "$(c jq-true '{"type":"json_predicate","path":"flags.json","jq":".on"}')" "$(c jq-false '{"type":"json_predicate","path":"flags.json","jq":".off"}')" \
	    "$(c jq-text '{"type":"json_predicate","path":"flags.json","jq":".text"}')" "$(c jq-none '{"type":"json_predicate","path":"flags.json","jq":"empty"}')" \
	    "$(c jq-fails '{"type":"json_predicate","path":"flags.json","jq":"error(\"x\")"}')" "$(c jq-file '{"type":"json_predicate","path":"none.json","jq":".on"}')" \
	    '{"id":"command","type":"command","argv":["false"],"when":{"type":"git","fact":"no_tag","name":"v1.0"}}' \
	    '{"id":"passes","type":"command","argv":["true"],"when":{"type":"git","fact":"clean"}}'
	[ "$status" -eq 1 ]
	expect <<-'EOF'
	git-true FAIL file_missing
	git-false NOT_APPLICABLE
	git-error ERROR git_ref_missing
	jq-true FAIL file_missing
	jq-false NOT_APPLICABLE
	jq-text ERROR json_not_boolean
	jq-none ERROR json_no_output
	jq-fails ERROR jq_runtime
	jq-file ERROR file_missing
	command NOT_APPLICABLE
	passes PASS
	EOF
	[[ $(field '.results[1].detail|tostring') == *'when: HEAD is on branch main'* ]]
	check "$(c x '{"type":"git","fact":"branch_matches","glob":"rc/*"}')"
	[ "$status" -eq 1 ]		# nothing applicable is no pass
	[ "$(field .reason)" = gate_nothing_applicable ]
}

@test "when: its document is read strictly" {
	w() { printf '{"id":"x","type":"file_exists","path":"a","when":%s}' "$1"; }
	bad field_invalid "$(w '"git"')"
	bad field_invalid "$(w '{"type":"file_exists","path":"b"}')"
	bad gate_unknown_check "$(w '{"type":"no-such"}')"
	bad gate_unknown_check "$(w '{}')"
	bad gate_unknown_field "$(w '{"type":"git","fact":"clean","id":"y"}')"
	bad gate_unknown_field "$(w '{"type":"git","fact":"clean","when":{"type":"git","fact":"clean"}}')"
	bad gate_jq_compile "$(w '{"type":"json_predicate","path":"a","jq":"]"}')"
	bad field_invalid "$(w '{"type":"json_predicate","path":"-","jq":"."}'),{\"id\":\"y\",\"type\":\"json_predicate\",\"path\":\"-\",\"jq\":\".\"}"
}

@test "when: in a plan, with settings" {
	history
	cat >plan.json <<-'EOF'
	{"schema":"dealix.gate.plan.v1","id":"p","version":"1","title":"P","settings":{"branch":{"type":"text"}},
	 "steps":[{"id":"a","type":"command","argv":["true"],"when":{"type":"git","fact":"branch_matches","glob":"$branch"}},{"id":"b","type":"command","argv":["true"]}]}
	EOF
	run -0 --separate-stderr dealix-gate check plan.json --set branch=main
	[ "$(field '.results[0].state')" = PASS ]
	run -0 --separate-stderr dealix-gate check plan.json --set branch=other
	[ "$(field '.results[0].state')" = NOT_APPLICABLE ]
}

@test "tracked: in the index and as it stands there, with every link on the way" {
	history
	ln -s 1.txt a/inner && ln -s a/inner outer && ln -s a folder && git add -A && git commit -qm links
	: >untracked && ln -s untracked to-untracked && git add to-untracked && git commit -qm link
	ln -s a/1.txt loose
	t() { printf '{"id":"%s","type":"file_exists","path":"%s","min_bytes":0,"tracked":true}' "$1" "$2"; }
	check "$(t file a/1.txt)" "$(t spelled ./a//1.txt)" "$(t link outer)" "$(t folder folder/1.txt)" "$(t untracked untracked)" "$(t to to-untracked)" \
	    "$(t loose loose)" "$(t none none)"
	expect <<-'EOF'
	file PASS
	spelled PASS
	link PASS
	folder PASS
	untracked FAIL file_untracked
	to FAIL file_untracked
	loose FAIL file_untracked
	none FAIL file_missing
	EOF
	echo more >>a/1.txt
	check "$(t file a/1.txt)" "$(t link outer)" "$(t folder folder/1.txt)" "$(t other b/5.txt)"
	[ "$states" = $'file FAIL file_dirty\nlink FAIL file_dirty\nfolder FAIL file_dirty\nother PASS' ]
	git add a/1.txt			# the index is what a commit will hold
	check "$(t file a/1.txt)"
	[ "$states" = 'file PASS' ]
	git reset -q --hard
	touch -d 2001-01-01 a/1.txt
	check "$(t file a/1.txt)"
	[ "$states" = 'file PASS' ]
	chmod +x a/1.txt
	check "$(t file a/1.txt)"
	[ "$states" = 'file FAIL file_dirty' ]
	chmod -x a/1.txt
	cd a
	OPTS='-C .' && check "$(t file 1.txt)" "$(t inner inner)"
	[ "$states" = $'file PASS\ninner PASS' ]
	printf '{"schema":"dealix.gate.plan.v1","id":"g","version":"1","title":"G","steps":[%s,%s]}' "$(t file 1.txt)" \
	    "$(fact x no_tracked '"globs":["*.pem"],"except":["a/*"]')" >plan.json
	run -0 dealix-gate check -n plan.json
	[[ $output == *'"tracked":true'*'"except":["a/*"],"fact":"no_tracked","globs":["*.pem"]'* ]]
}
