# Git facts on repositories of every kind, hostile ones too (release-gates page 1.4): each beside the git command of its row.
load ../lib
load ../git

# --- kinds of repositories ---

@test "git: the project's own repository, a clone of it" {
	[ -e "$ROOT/.git" ] || skip "no history here: this is a copy without .git"
	git clone -q --shared "$ROOT" own 2>err || skip "it cannot be cloned: $(head -1 err)"
	cd own
	agree
	git checkout -q --detach HEAD~20
	agree
	git clone -q --depth 5 "file://$ROOT" ../shallow && cd ../shallow
	says "ERROR git_shallow" descends_from "\"ref\":\"$(git -C ../own rev-list --max-parents=0 HEAD | tail -1)\""
	says PASS descends_from '"ref":"HEAD~2"'
	says PASS clean
}

@test "git: branches, merges, tags of both kinds, and the same packed" {
	history
	agree
	git pack-refs --all && git gc -q
	[ -e .git/packed-refs ]
	agree
	git checkout -q topic
	agree
	git commit-graph write --reachable && agree
	rm -f .git/objects/info/commit-graph && agree
}

@test "git: a detached HEAD" {
	history
	git checkout -q --detach v1.0
	agree
	says "FAIL git_branch_matches" branch_matches '"glob":"**"'
	[ "$(jq -c '.results[0].observed' <<<"$output")" = '{"detached":true}' ]
}

@test "git: a linked work tree, and a folder within it" {
	history
	git worktree add -q ../linked topic
	cd ../linked
	[ -f .git ]
	agree
	mkdir -p x/y && cd x/y
	agree
	: >new
	says "FAIL git_clean" clean
	[ "$(paths x)" = '?? x/' ]
	git config extensions.worktreeConfig true && git config --worktree core.excludesFile "$SCRATCH/ignore" && echo new >"$SCRATCH/ignore"
	[ -z "$(git status --porcelain)" ]
	says PASS clean
}

@test "git: an unborn branch" {
	git init -q repo && cd repo
	says PASS branch_matches '"glob":"main"'
	says PASS no_tag '"name":"v1"'
	says PASS no_tracked '"globs":["**"]'
	says PASS clean
	: >new
	says "FAIL git_clean" clean
	git add new
	says "FAIL git_clean" clean
	[ "$(paths x)" = 'A  new' ]
	says "FAIL git_no_tracked" no_tracked '"globs":["new"]'
	says "FAIL git_owner_covers" owner_covers '"paths":["new"]'
	echo '* @owner' >CODEOWNERS
	says PASS owner_covers '"paths":["new"]'
	for row in 'head_is "ref":"HEAD"' 'descends_from "ref":"main"' 'up_to_date_with "ref":"main"' 'tag_at_head "glob":"*"' \
	    'changed "globs":["*"],"since":"HEAD"' 'not_changed "globs":["*"],"since":"HEAD"' 'trailer "name":"Fixes"'; do
		rows+=("$(fact "x${#rows[@]}" "${row%% *}" "${row#* }")")
	done
	check "${rows[@]}"
	[ "$(sed 's/^x[0-9]* //' <<<"$states" | sort | uniq -c | sed 's/^ *//')" = '7 ERROR git_unborn' ]
	[ "$(jq 'has("commit")' <<<"$output")" = false ]
}

@test "git: a bare repository" {
	(history)
	git clone -q --bare repo bare.git && cd bare.git
	agree
	says "ERROR git_no_worktree" clean
	says "ERROR git_no_worktree" owner_covers '"paths":["a"]'
	says PASS no_tracked '"globs":["**"]'
	check '{"id":"x","type":"file_exists","path":"HEAD","tracked":true}'
	[ "$states" = 'x ERROR git_no_worktree' ]
}

@test "git: a shallow clone answers what it can prove" {
	(history)
	old=$(git -C repo rev-list HEAD | tail -1) base=$(git -C repo rev-parse v1.0~1)
	(cd repo && git checkout -q --orphan other && git commit -qm other && git branch ahead main && git checkout -q main)
	git clone -q --depth 2 --no-single-branch "file://$PWD/repo" shallow && cd shallow
	says PASS descends_from '"ref":"HEAD~1"'
	all descends_from "ERROR git_shallow" <<-EOF
	"ref":"$old"
	"ref":"$base"
	"ref":"origin/other"
	EOF
	says "ERROR git_shallow" changed "\"globs\":[\"**\"],\"since\":\"$old\""
	says "ERROR git_shallow" not_changed '"globs":["**"],"since":"origin/topic"'
	says PASS not_changed '"globs":["a/1.txt"],"since":"HEAD~1"'
	says "FAIL git_changed" changed '"globs":["**"],"since":"HEAD"'
	says "ERROR git_ref_missing" head_is "\"ref\":\"$old\""
	says "ERROR git_ref_missing" descends_from '"ref":"no-such"'
	says PASS clean
	# HEAD is an ancestor of the other: so it does not descend from it, whatever was cut off
	git checkout -q --detach HEAD~1
	says "FAIL git_descends_from" descends_from '"ref":"origin/main"'
	says "FAIL git_up_to_date_with" up_to_date_with '"ref":"main"'
	# a whole history beside a cut one: nothing of it was cut off
	git checkout -q origin/other
	says "FAIL git_descends_from" descends_from '"ref":"origin/topic"'
	git worktree add -q ../linked origin/topic && cd ../linked
	says "ERROR git_shallow" descends_from "\"ref\":\"$old\""
	git fetch -q --unshallow
	says PASS descends_from "\"ref\":\"$old\""
	agree
}

@test "git: line ends that are converted" {
	git init -q repo && cd repo
	git config core.autocrlf true
	printf 'one\r\ntwo\r\n' >crlf.txt
	printf 'three\r\n' >keep.bat
	printf '*.bat -text\n*.sh text eol=lf\n' >.gitattributes
	printf 'four\n' >run.sh
	git add -A 2>/dev/null && git commit -qm 'line ends'
	agree
	touch -d 2001-01-01 crlf.txt keep.bat run.sh	# so that they are read again
	agree
	says PASS clean
	git config core.autocrlf false
	touch -d 2002-02-02 crlf.txt
	agree
	printf 'three\n' >keep.bat
	agree
	says "FAIL git_clean" clean
}

@test "git: names that are not ASCII, not UTF-8, not on one line" {
	git init -q repo && cd repo
	commit plain
	for name in 'موجز.txt' 'déjà vu' $'new\nline' 'quote"d' 'back\slash' $'tab\there' $'latin\xe9' $'bell\a\x01' ' lead' 'a"/b' $'\x7f'; do
		commit "$name"
	done
	agree
	check "$(fact x no_tracked '"globs":["**"]')"
	diff <(paths x) <(git ls-files | sort)
	check "$(fact x changed '"globs":["**"],"since":"HEAD~9"')"
	diff <(paths x) <(git diff --name-only HEAD~9 | sort)
	says PASS no_tracked '"globs":["*.pem"]'
	says "FAIL git_no_tracked" no_tracked '"globs":["موجز.*"]'
	says "FAIL git_no_tracked" no_tracked '"globs":["new?line"]'
	says "FAIL git_no_tracked" no_tracked '"globs":["latin?"]'
	check '{"id":"x","type":"file_exists","path":"موجز.txt","tracked":true}' '{"id":"y","type":"file_exists","path":"back\\slash","tracked":true}'
	[ "$states" = $'x PASS\ny PASS' ]
	git checkout -qb 'topic/ümläut"s'
	says PASS branch_matches '"glob":"topic/*"'
	[ "$(field '.results[0].observed.branch')" = '"topic/\303\274ml\303\244ut\"s"' ]
	for name in $'odd\nfile' $'odd\xff'; do
		: >"$name"
		agree
		rm "$name"
	done
}

@test "git: submodules" {
	(history sub)
	git init -q repo && cd repo
	commit plain
	git submodule --quiet add "$SCRATCH/sub" part && git commit -qm 'with a part'
	agree
	says "FAIL git_no_tracked" no_tracked '"globs":["part"]'
	says PASS changed '"globs":["part"],"since":"HEAD~1"'
	git -C part checkout -q HEAD~1
	agree
	says "FAIL git_clean" clean
	git submodule --quiet update
	agree
	: >part/new
	agree
	rm part/new
	git submodule --quiet deinit -f part
	agree
	git config --file .gitmodules submodule.part.ignore all && git commit -qam ignore
	git submodule --quiet update --init
	git -C part checkout -q HEAD~1 && git add -f part && git commit -qm 'another part'
	says "FAIL git_not_changed" not_changed '"globs":["part"],"since":"HEAD~1"'
}

@test "git: what clean is about: all that git status shows, and no more" {
	history
	printf 'ignored/\n*.o\n!keep.o\n' >.gitignore
	commit link
	ln -s a/1.txt sym && git add -A && git commit -qm link
	same() { # clean, as git has it
		local want=PASS
		[ -z "$(git status --porcelain)" ] || want="FAIL git_clean"
		says "$want" clean || { echo "after: $1"; git status --porcelain; return 1; }
	}
	same committed
	mkdir ignored && : >ignored/x && : >a/x.o && same "ignored files"
	[ -z "$(git status --porcelain)" ]
	mkdir empty && same "an empty folder"
	mkdir -p deep/er && : >deep/er/y.o && same "a folder with nothing but ignored files"
	: >a/keep.o && same "not ignored after all" && rm a/keep.o
	mkfifo a/pipe && same "a pipe" && rm a/pipe
	echo x >>a/1.txt && same modified && git checkout -q a/1.txt && same "taken back"
	touch -d 2001-01-01 a/1.txt && same "touched"
	chmod +x a/1.txt && same "a mode" && chmod -x a/1.txt
	rm a/4.txt && same deleted && git checkout -q a/4.txt
	rm sym && ln -s a/4.txt sym && same "a link elsewhere" && rm sym && echo a/1.txt >sym && same "a file for a link"
	git checkout -q sym && git rm -q --cached a/4.txt && same "out of the index" && git reset -q --hard
	echo y >new && git add -N new && same "an intent" && git add new && same staged && git reset -q && rm new
	git mv a/4.txt a/four.txt && same "a staged rename" && git reset -q --hard
	mv a b-moved && same "a folder moved" && mv b-moved a
	git init -q nested && : >nested/f && same "a repository within" && rm -rf nested
	git checkout -q topic && commit a/1.txt other && git checkout -q main
	git merge -q topic >/dev/null 2>&1 || :
	same "a conflict"
	says "FAIL git_clean" clean
	git merge --abort
	git update-index --assume-unchanged a/1.txt && echo z >>a/1.txt && same "assumed unchanged"
	rm a/1.txt && same "assumed unchanged and gone"
	git update-index --no-assume-unchanged a/1.txt && git checkout -q a/1.txt
	git config core.fileMode false && chmod +x a/1.txt && same "modes of no account"
}

@test "git: a sparse checkout" {
	history
	git sparse-checkout set b 2>/dev/null || skip "this git has no sparse checkout"
	[ ! -e a/1.txt ]
	agree
	says PASS clean
	mkdir -p a && echo changed >a/1.txt
	agree
	says "FAIL git_no_tracked" no_tracked '"globs":["/a/1.txt"]'
}

@test "git: more than an answer shows is counted, or said to be at least" {
	git init -q repo && cd repo
	for i in $(seq 30); do : >"f$i"; done
	git add -A && git commit -qm many
	check "$(fact x no_tracked '"globs":["f*"]')"
	[ "$(jq -c '.results[0].observed|[.count,(.paths|length),.entries]' <<<"$output")" = '[30,20,30]' ]
	for i in $(seq 30); do echo x >"f$i"; done
	says "FAIL git_clean" clean
	[ "$(jq -c '.results[0].observed|[.at_least,(.paths|length)]' <<<"$output")" = '[21,20]' ]
}

@test "git: a repository by SHA-256 is read, or an error says that it cannot be" {
	git init -q --object-format=sha256 repo 2>/dev/null || skip "this git has no SHA-256"
	cd repo && commit file
	printf '{"schema":"dealix.gate.v1","id":"g","version":"1","title":"G","groups":[{"id":"g","checks":[%s]}]}' "$(fact x clean)" >"$SCRATCH/gate.json"
	run --separate-stderr dealix-gate check "$SCRATCH/gate.json"
	[ "$status" -eq 0 ] || { [ "$status" -eq 3 ] && [[ $stderr == *'[git_unavailable]' ]]; }
}

@test "git: a clone without all objects, and one with those of another" {
	(history && git config uploadpack.allowFilter true)
	git clone -q --filter=blob:none --no-checkout "file://$PWD/repo" partial && cd partial
	git checkout -q main
	agree
	git clone -q --reference "$SCRATCH/repo" "file://$SCRATCH/repo" ../borrowed && cd ../borrowed
	[ -s .git/objects/info/alternates ]
	agree
}

# --- hostile ones ---

hostile() { # WORDS: exit 3 and git_unavailable, in no time
	run --separate-stderr timeout 20 dealix-gate check "$SCRATCH/gate.json"
	[ "$status" -eq 3 ] && [[ $stderr == *'[git_unavailable]' || $output == *git_unavailable* ]] || { echo "$1: $status $output $stderr"; return 1; }
}

@test "git: broken repositories are errors, never answers" {
	history
	check "$(fact x clean)" "$(fact y descends_from '"ref":"light"')" "$(fact z changed '"globs":["**"],"since":"light"')"
	[ "$status" -eq 0 ]
	cp -r ../repo ../good
	again() { cd .. && rm -rf repo && cp -r good repo && cd repo; }
	echo 'gitdir: nowhere' >"$SCRATCH/x" && rm -rf .git && mv "$SCRATCH/x" .git && hostile 'a .git that points nowhere'
	again && echo "$(printf %040d 7)" >.git/HEAD && hostile 'HEAD is an object that is not there'
	again && echo garbage >.git/HEAD && hostile 'HEAD is nothing'
	again && echo 'ref: refs/heads/loop' >.git/HEAD && echo 'ref: refs/heads/loop' >.git/refs/heads/loop && hostile 'refs in a circle'
	again && echo nonsense >.git/refs/heads/main && hostile 'a ref that is no id'
	again && printf '[core\n' >.git/config && hostile 'a broken config'
	again && head -c 100 .git/index >x && mv x .git/index && hostile 'an index cut short'
	again && printf 'x%.0s' {1..500} >.git/index && hostile 'an index that is none'
	object=.git/objects/$(git rev-parse HEAD | sed 's|..|&/|')
	again && chmod u+w "$object" && echo garbage >"$object" && hostile 'a commit that is no object'
	other=.git/objects/$(git rev-parse HEAD~1 | sed 's|..|&/|')
	again && chmod u+w "$object" && cp "$other" "$object" && hostile 'a commit in place of another'
	tree=.git/objects/$(git rev-parse 'HEAD^{tree}' | sed 's|..|&/|')
	again && chmod u+w "$tree" && echo garbage >"$tree" && hostile 'a tree that is no object'
	middle=.git/objects/$(git rev-parse v1.0~1 | sed 's|..|&/|')
	again && rm -f "$middle" && hostile 'a commit that is missing in the middle'
	printf 'CGPH\1\1\3\0garbage' >"$SCRATCH/graph"
	again && mkdir -p .git/objects/info && cp "$SCRATCH/graph" .git/objects/info/commit-graph && run -0 dealix-gate check "$SCRATCH/gate.json"
	again && mkfifo .git/objects/info/commit-graph && run -0 timeout 20 dealix-gate check "$SCRATCH/gate.json"
	again && rm -f .git/shallow && mkfifo .git/shallow && run -0 timeout 20 dealix-gate check "$SCRATCH/gate.json"
	again && printf 'zz%.0s' {1..40} >.git/shallow && hostile 'a list of cut commits that is none'
}

@test "git: a commit-graph that lies about its own size is not read beyond its end" {
	history
	git commit-graph write --reachable
	cp .git/objects/info/commit-graph ../graph
	check "$(fact x descends_from '"ref":"light"')"
	[ "$states" = 'x PASS' ]
	size=$(stat -c %s ../graph)
	for at in $(seq 0 97 $((size - 1))); do
		rm -f .git/objects/info/commit-graph
		head -c "$at" ../graph >.git/objects/info/commit-graph
		run timeout 20 dealix-gate check "$SCRATCH/gate.json"
		[ "$status" -le 3 ] || { echo "cut at $at: $status"; return 1; }
	done
}

@test "git: a repository of somebody else is refused, unless it is named safe" {
	[ "$(id -u)" -eq 0 ] || skip "only root can give a repository away"
	history
	chown -R 65534 .
	check_file() { printf '{"schema":"dealix.gate.v1","id":"g","version":"1","title":"G","groups":[{"id":"g","checks":[%s]}]}' "$(fact x clean)" >"$SCRATCH/gate.json"; }
	check_file
	run git status
	[ "$status" -eq 128 ]
	hostile 'of somebody else'
	git config --global --add safe.directory "$PWD"
	run -0 dealix-gate check "$SCRATCH/gate.json"
}

@test "git: nothing of the repository's configuration is run, nothing is written into it" {
	history
	for key in core.fsmonitor filter.f.clean filter.f.smudge diff.external core.sshCommand core.pager alias.status core.hooksPath; do
		git config "$key" "touch $SCRATCH/ran"
	done
	git config core.fsmonitor "touch $SCRATCH/ran; false"
	git config filter.f.clean "touch $SCRATCH/ran; cat"
	echo '* filter=f' >.gitattributes
	git -c core.fsmonitor=false add -A && git -c core.fsmonitor=false commit -qm attributes
	rm -f "$SCRATCH/ran"
	touch -d 2001-01-01 a/1.txt
	find .git -type f -exec sha256sum {} + | sort >"$SCRATCH/before"
	check "$(fact x clean)" "$(fact y changed '"globs":["**"],"since":"light"')" '{"id":"z","type":"file_exists","path":"a/1.txt","tracked":true}'
	[ ! -e "$SCRATCH/ran" ]
	find .git -type f -exec sha256sum {} + | sort | diff "$SCRATCH/before" -
}

@test "git: variables of git's environment change no answer" {
	history
	git init -q ../elsewhere
	for v in "GIT_DIR=$SCRATCH/elsewhere/.git" "GIT_WORK_TREE=$SCRATCH/elsewhere" "GIT_INDEX_FILE=$SCRATCH/none" \
	    "GIT_OBJECT_DIRECTORY=$SCRATCH/none" "GIT_CEILING_DIRECTORIES=$SCRATCH" "GIT_NAMESPACE=n"; do
		printf '{"schema":"dealix.gate.v1","id":"g","version":"1","title":"G","groups":[{"id":"g","checks":[%s,%s]}]}' "$(fact x clean)" "$(fact y descends_from '"ref":"light"')" >"$SCRATCH/gate.json"
		run env "$v" dealix-gate check "$SCRATCH/gate.json"
		[ "$status" -eq 0 ] || { echo "$v: $output"; return 1; }
	done
}

@test "git: no repository" {
	check "$(fact x clean)" "$(fact y no_tag '"name":"v"')" '{"id":"z","type":"file_exists","path":"gate.json","tracked":true}'
	[ "$status" -eq 3 ]
	[ "$states" = $'x ERROR git_no_repo\ny ERROR git_no_repo\nz ERROR git_no_repo' ]
}
