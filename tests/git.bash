# What the suites about git share: a repository with history, made once, and facts beside git's own answers.
env_of_git() {
	export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example GIT_CONFIG_NOSYSTEM=1
	export GIT_AUTHOR_DATE='2026-01-01T00:00:00Z' GIT_COMMITTER_DATE='2026-01-01T00:00:00Z'
	printf '[init]\n\tdefaultBranch = main\n\ttemplateDir =\n[protocol "file"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n' >"$HOME/.gitconfig"
}
scene() {
	command -v git >/dev/null || skip "git is absent"
	env_of_git
	export DEALIX_STORE=$SCRATCH/store
	# libgit2 1.5 does not give back what it matches names in configurations with
	echo leak:libpcre2-8 >"$SCRATCH/leaks"
	export LSAN_OPTIONS=suppressions=$SCRATCH/leaks:print_suppressions=0
}

# check CHECKS...: one gate of these, in the working folder; further options in OPTS
check() {
	local IFS=,
	printf '{"schema":"dealix.gate.v1","id":"g","version":"1","title":"G","groups":[{"id":"g","checks":[%s]}]}' "$*" >"$SCRATCH/gate.json"
	# shellcheck disable=SC2086
	IFS=' ' && run --separate-stderr dealix-gate check $OPTS "$SCRATCH/gate.json"
	[ "$status" -le 1 ] || [ "$status" -eq 3 ] || { echo "status $status: $stderr"; return 1; }
	states=$(jq -r '.results[] | "\(.check) \(.state)" + (if .reason == "" then "" else " \(.reason)" end)' <<<"$output")
}
# fact ID FACT [MEMBERS]: a check
fact() { printf '{"id":"%s","type":"git","fact":"%s"%s}' "$1" "$2" "${3:+,$3}"; }
# one FACT [MEMBERS]: the state of one fact, and its code
one() { check "$(fact x "$@")" && states=${states#x }; }
# says STATES FACT [MEMBERS]
says() {
	local want=$1
	shift
	one "$@"
	[ "$states" = "$want" ] || { echo "$*: want $want, is $states: $output"; return 1; }
}
# all FACT STATES: each line of stdin, members of a fact, has one of the states; in one call
all() {
	local checks=() rows=() row i=0
	while IFS= read -r row; do
		rows[i]=$row checks[i]=$(fact "x$i" "$1" "$row") i=$((i + 1))
	done
	check "${checks[@]}"
	row=$(sed 's/^x[0-9]* //' <<<"$states" | sort -u)
	[ "$row" = "$2" ] || { echo "$1: want $2"; printf '%s\n' "${rows[@]}" | paste -d ' ' - <(echo "$states"); return 1; }
}
expect() { diff - <(printf '%s\n' "$states"); }	# the states of the last check stand on stdin
paths() { jq -r ".results[] | select(.check == \"$1\") | .observed.paths[]?" <<<"$output" | sort; }
commit() { # FILE [TEXT [MESSAGE]]
	mkdir -p "$(dirname "$1")"
	echo "${2:-text}" >>"$1" && git add -A && git commit -qm "${3:-change of $1}"
}
json() { printf %s "$1" | jq -Rs .; }

# Every fact for some refs and commits, beside git; as many differing and tracked paths as an answer shows are compared by name.
agree() {
	local refs=() ids=() checks=() i ref branch tag id
	local -A want=()
	set_want() { if [ "$3" -eq 0 ]; then want[$1]=PASS; else want[$1]="FAIL git_$2"; fi; }
	mapfile -t refs < <(
		git for-each-ref --format='%(refname)' | awk 'NR % 3 == 1' | head -4
		git rev-list --all -n 100 | awk 'NR % 60 == 7'
		echo HEAD
	)
	mapfile -t ids < <(git rev-parse "${refs[@]/%/^{commit\}}" "HEAD^{commit}")
	rm -rf "$SCRATCH/git-says" "$SCRATCH/we-say" && mkdir "$SCRATCH/git-says" "$SCRATCH/we-say"
	for i in "${!refs[@]}"; do
		ref=${refs[i]}
		checks+=("$(fact h$i head_is "\"ref\":\"$ref\"")" "$(fact d$i descends_from "\"ref\":\"$ref\"")"
		    "$(fact u$i up_to_date_with "\"ref\":\"$ref\"")")
		[ "${ids[i]}" = "${ids[-1]}" ] && set_want h$i head_is 0 || set_want h$i head_is 1
		git merge-base --is-ancestor "$ref" HEAD && id=0 || id=1
		set_want d$i descends_from $id
		set_want u$i up_to_date_with $id
		git diff --name-only --no-renames "$ref...HEAD" >"$SCRATCH/git-says/c$i" 2>/dev/null || { rm "$SCRATCH/git-says/c$i"; continue; }
		checks+=("$(fact c$i changed "\"globs\":[\"**\"],\"since\":\"$ref\"")" "$(fact n$i not_changed "\"globs\":[\"**\"],\"since\":\"$ref\"")")
		[ -s "$SCRATCH/git-says/c$i" ] && id=0 || id=1
		set_want c$i changed $id
		set_want n$i not_changed $((1 - id))
	done
	branch=$(git symbolic-ref -q --short HEAD) && id=0 || id=1
	set_want branch branch_matches $id
	tag=$(git tag --points-at HEAD | head -1)
	[ -n "$tag" ] && id=0 || id=1
	set_want tag tag_at_head $id
	git ls-files --full-name -- :/ >"$SCRATCH/git-says/tracked" 2>/dev/null || :
	[ ! -s "$SCRATCH/git-says/tracked" ] && id=0 || id=1
	set_want tracked no_tracked $id
	checks+=("$(fact branch branch_matches "\"glob\":$(json "${branch:-**}")")" "$(fact tag tag_at_head "\"glob\":$(json "${tag:-**}")")"
	    "$(fact tracked no_tracked '"globs":["**"]')")
	if [ "$(git rev-parse --is-inside-work-tree)" = true ]; then
		checks+=("$(fact clean clean)")
		[ -z "$(git status --porcelain)" ] && id=0 || id=1
		set_want clean clean $id
	fi
	check "${checks[@]}"
	for id in "${!want[@]}"; do
		[[ $'\n'$states$'\n' == *$'\n'"$id ${want[$id]}"$'\n'* ]] ||
			{ echo "$id (${refs[${id//[^0-9]/}]:-}): git says ${want[$id]}"; grep "^$id " <<<"$states"; return 1; }
	done
	jq -r '.results[] | select(.observed.paths != null and .check != "clean" and .state != "ERROR" and (.check|startswith("n")|not)) |
	    .check + " " + .observed.paths[]' <<<"$output" | while IFS= read -r id; do printf '%s\n' "${id#* }" >>"$SCRATCH/we-say/${id%% *}"; done
	for id in $(cd "$SCRATCH/git-says" && echo *); do
		[ "$(wc -l <"$SCRATCH/git-says/$id")" -le 20 ] || continue
		cmp -s <(sort "$SCRATCH/git-says/$id") <(sort "$SCRATCH/we-say/$id" 2>/dev/null) || { echo "$id: paths differ"; diff "$SCRATCH/git-says/$id" "$SCRATCH/we-say/$id"; return 1; }
	done
}

setup_file() { # twelve commits, a branch, a merge, tags of both kinds: made once
	command -v git >/dev/null || return 0
	export HOME=$BATS_FILE_TMPDIR
	env_of_git
	git init -q "$HOME/repo" && cd "$HOME/repo"
	for i in 1 2 3 4; do commit "a/$i.txt" "$i"; done
	git tag light && git tag -a -m heavy heavy
	git checkout -qb topic
	for i in 5 6 7; do commit "b/$i.txt" "$i"; done
	git checkout -q main
	for i in 8 9; do commit "c/$i.txt" "$i"; done
	git merge -q --no-ff -m merged topic
	git tag v1.0
	commit a/1.txt more
	git mv a/2.txt a/two.txt && git commit -qm renamed
	git rm -q a/3.txt && git commit -qm removed
	git tag -a -m 'version two' v2.0
}
history() { # a copy of it, and into it
	cp -a "$BATS_FILE_TMPDIR/repo" "${1:-repo}" && cd "${1:-repo}" && git update-index -q --refresh
}
