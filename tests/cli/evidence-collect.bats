# Commands whose output becomes evidence and that do not behave: they fork, flood, wait, ignore signals, close what they have.
load ../lib

scene() { mark=dealix-collect-$$-$RANDOM$RANDOM; }
collect() { timeout 30 env "MARK=$mark" dealix-evidence collect --no-tool-version "$@"; }

@test "collect: what a command leaves behind is ended with it: children, another session, a daemon" {
	start=$EPOCHREALTIME
	run -0 --separate-stderr collect -- sh -c 'sleep 300 & setsid sleep 300 & (setsid sh -c "sleep 300 & sleep 300" &) & sleep 0.1; echo done'
	[ "$(dealix-evidence show -r "$(field .sha256)")" = "done" ]
	none_lives
	[ $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) -lt 10000 ]
}

@test "collect: one that forks and goes has its own output, not that of the children it left" {
	run -0 --separate-stderr collect -- sh -c '(sleep 1; echo late) & echo early'
	[ "$(dealix-evidence show -r "$(field .sha256)")" = early ]
	[ "$(dealix-evidence show "$(field .sha256)" | jq .provenance.exit_status)" = 0 ]
	none_lives
}

@test "collect: a flood is stopped at the bound, nothing is kept, little memory is used for stderr" {
	run -1 --separate-stderr collect -- sh -c 'exec cat /dev/zero'
	[ -z "$output" ] && [[ $stderr == *'[media_too_large]' ]]
	[ ! -e .dealix ] || [ -z "$(dealix-evidence list)" ]
	none_lives
	collect -- sh -c 'head -c 100000000 /dev/zero >&2; echo fine' >out 2>err
	[ "$(stat -c %s err)" -ge 100000000 ]
	[ "$(dealix-evidence show -r "$(jq -r .sha256 out)")" = fine ]
}

@test "collect: one that ignores TERM is killed after its time, and what it said till then is kept as timed out" {
	start=$EPOCHREALTIME
	run -1 --separate-stderr collect --timeout 1 -- sh -c 'trap "" TERM INT HUP; echo begun; while :; do sleep 1; done'
	[ $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) -lt 10000 ]
	sha=$(field .sha256)
	[ "$(dealix-evidence show -r "$sha")" = begun ]
	[ "$(dealix-evidence show "$sha" | jq -c '.provenance | [.timed_out, .exit_status]')" = '[true,null]' ]
	[[ $stderr == *"stopped after 1 s"* ]]
	none_lives
}

@test "collect: ends by signals, closed streams, no output, bytes that are no text" {
	run -1 --separate-stderr collect -- sh -c 'echo x; kill -SEGV $$'
	[ "$(dealix-evidence show "$(field .sha256)" | jq .provenance.signal)" = 11 ]
	run -0 --separate-stderr collect -- sh -c 'exec >&- 2>&-; sleep 0.1'
	[ "$(field .bytes)" = 0 ]
	dealix-evidence show -r "$(field .sha256)" | cmp - /dev/null
	run -0 --separate-stderr collect -- printf 'a\0b\377\n'
	dealix-evidence show -r "$(field .sha256)" | cmp - <(printf 'a\0b\377\n')
	[ "$(dealix-verify store | jq -r .ok)" = true ]
}

@test "collect: stdin and open descriptors are not the command's" {
	exec 7<"$BATS_TEST_FILENAME"
	run -0 --separate-stderr collect -- sh -c 'cat; exec ls /proc/self/fd' <"$BATS_TEST_FILENAME"
	exec 7<&-
	# The fourth is how ls reads the folder.
	[ "$(dealix-evidence show -r "$(field .sha256)")" = "0
1
2
3" ] || { dealix-evidence show -r "$(field .sha256)"; return 1; }
}

@test "collect: an interrupt ends the command and what it started; nothing is taken for an answer" {
	env "MARK=$mark" dealix-evidence collect --no-tool-version -- sh -c 'setsid sleep 300 & sleep 300; echo done' >out 2>err 3>&- &
	pid=$!
	for _ in $(seq 100); do [ "$(living | wc -l)" -ge 3 ] && break; sleep 0.05; done
	[ "$(living | wc -l)" -ge 3 ]
	kill -TERM $pid
	wait $pid || true
	none_lives
	[ ! -s out ]
	[ ! -e .dealix ] || [ -z "$(dealix-evidence list)" ]
}

@test "collect: a version that is asked for may hang, flood or fail: it is left out" {
	for how in 'sleep 300' 'head -c 100000 /dev/zero' 'exit 1' 'kill -9 $$' 'printf "\033[31mred\n"' 'printf "\377\n"' ':'; do
		printf '#!/bin/sh\n[ "$1" = --version ] && { %s; exit; }\necho "for $1"\n' "$how" >tool
		chmod +x tool
		run -0 --separate-stderr timeout 30 env "MARK=$mark" dealix-evidence collect -- ./tool "$how"
		[ "$(dealix-evidence show "$(field .sha256)" | jq .provenance.tool_version)" = null ] || { echo "$how: $output"; return 1; }
	done
	none_lives
}

@test "collect: the commit is asked of a repository that cannot be read: git_unavailable, and the command does not run" {
	mkdir .git && echo 'ref: refs/heads/x' >.git/HEAD && mkdir .git/objects .git/refs && echo 'broken [' >.git/config
	run -3 --separate-stderr collect -- touch ran
	[[ $stderr == *'[git_unavailable]' ]] && [ -z "$output" ] && [ ! -e ran ]
	echo '{}' >a.json
	run -3 --separate-stderr dealix-evidence add --unjudged a.json
	[[ $stderr == *'[git_unavailable]' ]] && [ ! -e .dealix ]
	run -3 --separate-stderr dealix-evidence import -f tap a.json
	[[ $stderr == *'[git_unavailable]' ]]
	# Who says the commit needs no repository.
	run -0 --separate-stderr collect --commit 0123456789012345678901234567890123456789 -- echo said
	[ "$(dealix-evidence show "$(field .sha256)" | jq -r .provenance.commit)" = 0123456789012345678901234567890123456789 ]
}
