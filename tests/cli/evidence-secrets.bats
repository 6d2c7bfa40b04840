# Secrets on the way of evidence: in the words of a command, on its streams, in a plan's results.  An artifact is kept as it is, and nothing
# else holds what was planted.
load ../lib

# No planted word in any file below here, nor in what was answered.
clean() { run -1 grep -raoE '.{0,40}(planted|PLANTED)[0-9]+.{0,20}' .; }

@test "secrets: words of a collected command: options, assignments, headers, documents, addresses" {
	run -0 --separate-stderr dealix-evidence collect --no-tool-version -- sh -c 'echo fine' \
		--password planted01-next --db-password planted02 --api-key planted03 -token planted04 --token=planted05 --client-secret=planted06 \
		DB_PASSWORD=planted07 GITHUB_TOKEN=planted08 -H 'X-Api-Key: planted09' -H 'Authorization: Bearer planted10abcdefghijkl' \
		-H 'X-Auth-Token:planted11' https://user:planted12@host/x 'postgres://u:planted13@h/d' '{"client_secret":"planted14","n":1}' \
		'curl --password planted15 x' 'password="planted16 more"' AKIAPLANTED17ABCDEFG --accessKey planted18 'see planted01-next there'
	[[ $output$stderr != *planted* ]]
	run -0 dealix-evidence show "$(field .sha256)"
	[ "$(field '.provenance.argv | length')" -eq 30 ]
	[ "$(field '.provenance.argv[3:9] | join(" ")')" = "--password (sensitive) --db-password (sensitive) --api-key (sensitive)" ]
	[ "$(field '.provenance.argv[11:15] | join(" ")')" = "--token=(sensitive) --client-secret=(sensitive) DB_PASSWORD=(sensitive) GITHUB_TOKEN=(sensitive)" ]
	[ "$(field '.provenance.argv[16]')" = 'X-Api-Key: (sensitive)' ]
	[ "$(field '.provenance.argv[23]')" = '{"client_secret":"(sensitive)","n":1}' ]
	[ "$(field '.provenance.argv[-1]')" = 'see (sensitive) there' ]
	clean
}

@test "secrets: words that only look so are kept: a file name, a count, a flag behind a flag" {
	run -0 --separate-stderr dealix-evidence collect --no-tool-version -- echo --password-file /etc/x --max-tokens 100 --no-password --verbose \
		token_count=3 --token-path=a/b author:me 'a: b' '{"author":"x"}' '{broken' -x
	run -0 dealix-evidence show "$(field .sha256)"
	[ "$(field '.provenance.argv | join("|")')" = 'echo|--password-file|/etc/x|--max-tokens|100|--no-password|--verbose|token_count=3|--token-path=a/b|author:me|a: b|{"author":"x"}|{broken|-x' ]
}

@test "secrets: what a collected command writes to stderr, and says of its version, is not kept" {
	printf '#!/bin/sh\n[ "$1" = --version ] && echo "tool password=planted20" && exit\necho planted21-out; echo "token planted22 password=planted23" >&2; exit 4\n' >tool
	chmod +x tool
	dealix-evidence collect -- ./tool >out 2>err || [ $? -eq 1 ]
	grep -q planted22 err
	rm err tool
	sha=$(jq -r .sha256 out)
	# The artifact is what it is.
	[ "$(dealix-evidence show -r "$sha")" = planted21-out ]
	[ "$(dealix-evidence show "$sha" | jq -r .provenance.tool_version)" = 'tool password=(sensitive)' ]
	run -0 grep -rac planted21 .dealix
	run -1 grep -raoE 'planted2[023]' .
	dealix-ledger list -l 100 >list && dealix-evidence show "$sha" >shown && dealix-evidence list >all
	run -1 grep -l planted list shown all out
}

@test "secrets: what a plan's command says when it fails is shown and kept without its secrets" {
	local cut
	cut=$(printf '%0600d' 0)
	cat >plan.json <<-EOF
		{"schema":"dealix.gate.plan.v1","id":"release","version":"1","title":"t","steps":[
		 {"id":"says","type":"command","argv":["sh","tell","3"]},
		 {"id":"long","type":"command","argv":["sh","tell","long"]},
		 {"id":"dies","type":"command","argv":["sh","tell","die"]},
		 {"id":"fine","type":"command","argv":["sh","tell","0"],"stdout_ere":"nothing"}]}
	EOF
	cat >tell <<-EOF
		case \$1 in
		long) printf 'password="planted30 $cut planted31"' >&2; exit 1 ;;
		die) echo PGPASSWORD=planted32 >&2; kill -9 \$\$ ;;
		*) echo 'login failed: password=planted33 at https://u:planted34@h/ AKIAPLANTED35ABCDEFG' >&2
			echo token=planted36abcdefghijklmnopqrstuv; exit \$1 ;;
		esac
	EOF
	for format in json text junit tap sarif github; do
		dealix-gate check -F $format plan.json >"out.$format" 2>"err.$format" || [ $? -eq 1 ]
	done
	[ "$(jq -r '.results[0].detail[0]' out.json)" = 'exit status 3: login failed: password=(sensitive) at https://u:(sensitive)@h/ (sensitive)' ]
	rm tell
	clean
}

@test "secrets: provenance takes no secret from a file name, errors quote none" {
	echo '{"failed":0}' >'password=planted40'
	run -0 --separate-stderr dealix-evidence add --unjudged 'password=planted40'
	sha=$(field .sha256)
	[ "$(dealix-evidence show "$sha" | jq -r .provenance.name)" = 'password=(sensitive)' ]
	rm 'password=planted40'
	run -1 grep -raoE 'planted40' .dealix
	run -3 --separate-stderr dealix-evidence collect --no-tool-version -- ./absent --password=planted41
	[[ $stderr != *planted41* ]]
	run -1 --separate-stderr dealix-evidence collect --timeout 1 --no-tool-version -- sleep 5 --password=planted42
	clean
}
