# What every verb does when stdin, stdout, a file or the store is not what it should be.
load ../lib

TOOLS="dealix-gate dealix-ledger dealix-verify"

verbs() { # TOOL: its verbs, one a line
	"$1" -h | sed -n '/^verbs:/,/^$/s/^  \([a-z][a-z ]*[a-z]\)  .*/\1/p'
}

each_verb() { # FUNCTION: called with each tool and verb; the first that fails ends it
	local tool verb seen=0
	for tool in $TOOLS; do
		while IFS= read -r verb; do
			seen=$((seen + 1))
			"$1" "$tool" "$verb" </dev/null || { echo "$tool $verb: status $status: $output / $stderr"; return 1; }
		done < <(verbs "$tool")
	done
	[ "$seen" -ge 13 ]
}

make_store() {
	dealix-ledger budget set shop --limit 500 >/dev/null 2>&1
	request m 40 | dealix-gate decide >/dev/null
}

# A call of each verb that answers with output and status 0.
answering_calls() {
	request r 1 >one
	cp "$ROOT"/policies/rules/release.json "$ROOT"/policies/rules/release.test.json "$ROOT"/policies/default.json .
	cat <<-'CALLS'
		dealix-gate decide one
		dealix-gate decide -n one
		dealix-gate decide -F text one
		dealix-gate decide -F sarif one
		dealix-gate policy show
		dealix-gate policy set default.json
		dealix-gate policy lint default.json
		dealix-gate policy test release.test.json
		dealix-gate policy history
		dealix-gate policy diff 1 1
		dealix-ledger list
		dealix-ledger show 0
		dealix-ledger trace shop
		dealix-ledger budget list
		dealix-ledger budget set shop --limit 500
		dealix-verify store
		dealix-gate -h
		dealix-gate -V
		dealix-gate --completion bash
		dealix-gate decide -h
		dealix-ledger -h
		dealix-verify -h
	CALLS
}

@test "streams: stdout closed: 3 and one line, for every verb" {
	make_store
	answering_calls >calls
	while IFS= read -r call; do
		one_line 3 output_failed bash -c "exec $call >&-" || { echo "$call"; return 1; }
	done <calls
}

@test "streams: stdout on a full disk: 3 and one line, for every verb" {
	make_store
	answering_calls >calls
	while IFS= read -r call; do
		one_line 3 output_failed bash -c "exec $call >/dev/full" || { echo "$call"; return 1; }
	done <calls
}

@test "streams: stdout that nobody reads: 3, no death by signal, for every verb" {
	make_store
	answering_calls >calls
	while IFS= read -r call; do
		mkfifo pipe
		# The reader goes away before a byte is written.
		run --separate-stderr bash -c "exec 3<>pipe 4>pipe 3>&-; exec $call >&4 4>&-"
		rm pipe
		[ "$status" -eq 3 ] && [[ $stderr == *'[output_failed]' ]] || { echo "$call: $status $stderr"; return 1; }
	done <calls
}

@test "streams: stderr closed: the status is the same, nothing else is said or written over" {
	make_store
	before=$(dealix-verify store)
	run -2 bash -c 'exec dealix-gate nonsense 2>&-'
	[ -z "$output" ]
	run -1 bash -c 'exec dealix-ledger show 99 2>&-'
	run -0 bash -c 'exec dealix-gate policy show 2>&-'
	run -3 bash -c 'exec dealix-gate policy show >&- 2>&-'
	run -2 bash -c 'exec dealix-gate decide <&- >&- 2>&-'
	[ "$(dealix-verify store)" = "$before" ]
}

@test "streams: stdin closed or empty is no document; stdin a folder cannot be read" {
	one_line 2 input_empty bash -c 'exec dealix-gate decide <&-'
	one_line 2 input_empty dealix-gate decide </dev/null
	one_line 2 input_empty bash -c 'exec dealix-gate decide -f terraform-plan <&-'
	one_line 2 input_empty bash -c 'exec dealix-gate policy lint - <&-'
	one_line 3 file_unreadable bash -c 'exec dealix-gate decide <.'
	one_line 3 file_unreadable bash -c 'exec dealix-gate decide -f terraform-plan <.'
	one_line 3 file_unreadable bash -c 'exec dealix-gate policy lint - <.'
	[ ! -e .dealix ]
}

@test "streams: a FILE that is absent, a folder, not allowed, a device without end" {
	for what in 'decide' 'decide -f terraform-plan' 'policy lint' 'policy set' 'policy test'; do
		# shellcheck disable=SC2086
		one_line 3 file_unreadable dealix-gate $what absent
		[[ $stderr == *absent* ]]
	done
	one_line 3 file_unreadable dealix-gate decide .
	one_line 3 file_unreadable dealix-gate policy lint .
	one_line 2 json_too_large dealix-gate decide -f terraform-plan /dev/zero
	if [ "$(id -u)" -ne 0 ]; then
		request m 1 >secret
		chmod 0 secret
		one_line 3 file_unreadable dealix-gate decide secret
	fi
	[ ! -e .dealix ]
}

reads_only() {
	case "$1 $2" in
	*decide | *'policy set' | *'budget set' | *'policy lint' | *'policy test' | *'policy diff') return 0 ;;
	*check | *evidence | *pack | *contract* | *' go' | *release | *settings | *register | *docs | *closure | *outputs) return 0 ;;
	*show | *trace) [ "$1" = dealix-gate ] && set -- "$1" "$2" || set -- "$1" "$2 1" ;;
	esac
	# shellcheck disable=SC2086
	one_line 3 store_unavailable "$1" $2 && [ ! -e .dealix ]
}
@test "streams: a verb that reads finds no store: 3, and makes none" {
	each_verb reads_only
}

bad_store() {
	case "$2" in
	'policy lint' | 'policy test') return 0 ;;
	'policy set') set -- "$1" "policy set --setting a=b" ;;
	'policy diff') ;;
	show | trace) set -- "$1" "$2 1" ;;
	'budget set') set -- "$1" 'budget set x --limit 1' ;;
	decide) set -- "$1" 'decide one' ;;
	go) set -- "$1" "go $ROOT/policies/go/template.json" ;;
	check) set -- "$1" 'check gate.json' ;;
	release | settings | register | docs | closure) return 0 ;;	# judge a document first, or need no store
	esac
	# shellcheck disable=SC2086
	usage "$1" $2 -s postgresql://db && usage "$1" $2 -s '' && usage "$1" $2 -s one && [ ! -e .dealix ]
}
@test "streams: a store of a kind that is not known, without a name, or that is a file: 2" {
	request m 1 >one
	echo '{"schema":"dealix.gate.v1","id":"g","version":"1","title":"t","groups":[{"id":"a","label":"a","checks":[{"id":"x","type":"file_exists","path":"one"}]}]}' >gate.json
	each_verb bad_store
}

@test "streams: the store is --store, else DEALIX_STORE, else the nearest .dealix upward" {
	for s in here there; do dealix-ledger budget set "$s" --limit 1 -s "$s" >/dev/null 2>&1; done
	dealix-ledger budget set top --limit 1 >/dev/null 2>&1
	mkdir -p sub/deep
	scope() { (cd sub/deep && "$@" dealix-ledger budget list) | jq -r .scope_key; }
	[ "$(scope env)" = top ]
	[ "$(scope env DEALIX_STORE="$SCRATCH/here")" = here ]
	[ "$(scope env DEALIX_STORE=)" = top ]
	[ "$(DEALIX_STORE=$SCRATCH/here dealix-ledger budget list -s there | jq -r .scope_key)" = there ]
	[ "$(dealix-ledger budget list -s sqlite:there | jq -r .scope_key)" = there ]
	[ "$(dealix-ledger budget list -s there/store.db | jq -r .scope_key)" = there ]
	[ "$(dealix-ledger budget list -s sqlite:there/store.db | jq -r .scope_key)" = there ]
}

@test "streams: a new store lies at the top of the git work tree, and git does not see it" {
	git init -q tree
	mkdir -p tree/a/b
	(cd tree/a/b && dealix-ledger budget set shop --limit 1 >/dev/null 2>err)
	[ -e tree/.dealix/store.db ]
	grep -q "created the store $SCRATCH/tree/.dealix" tree/a/b/err
	rm tree/a/b/err
	[ -z "$(git -C tree status --porcelain)" ]
	[ "$(stat -c %a tree/.dealix)" = 700 ]
	[ -z "$(find tree/.dealix -type f -perm /077)" ]
}

@test "a lock that is no regular file is refused, not waited for" {
	request r1 1 | dealix-gate decide >/dev/null
	rm .dealix/lock && mkfifo .dealix/lock
	run -3 --separate-stderr timeout 20 dealix-ledger budget set shop --limit 5
	[[ $stderr == *"no regular file"* ]]
	rm .dealix/lock
}
