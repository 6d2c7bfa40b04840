# Hostile evidence through the command line: one line each, the exit status of its kind, in bounded time and memory.
load ../lib

scene() {
	contract json c.json
	for media in junit cobertura tap csv yaml kv-md table-md text dsse; do contract $media $media.json; done
	echo '{"failed":0}' >good.json
	truncate -s 300M big
}
contract() { # MEDIA FILE
	printf '{"schema":"dealix.evidence.contract.v1","kind":"smoke","version":1,"title":"t","inputs":[{"role":"artifact","media":"%s"}],
	 "rules":[{"id":"smoke.failed","at":".failed","is":".failed == 0","remedy":"x"}]}\n' "$1" >"$2"
}
# A quarter of a gigabyte of addresses, and ten seconds.
bounded() { (sanitized || ulimit -v 262144; exec timeout 10 "$@"); }
# judged STATUS RULE WORD...: `dealix-verify evidence WORD...` answers with one report, one failure, and nothing on stderr
judged() {
	local want=$1 rule=$2
	shift 2
	run --separate-stderr bounded dealix-verify evidence "$@"
	[ "$status" -eq "$want" ] && [ -z "$stderr" ] && [ "${#lines[@]}" -eq 1 ] && [ "$(rules)" = "$rule" ] && return
	echo "$*: status $status: ${output:0:400} $stderr"
	return 1
}
rules() { grep -o '"rule":"[^"]*"' <<<"${output%%,\"inputs\":*}" | cut -d '"' -f 4 | paste -sd' '; }
# refused STATUS CODE COMMAND...: an error, no answer
refused() {
	local want=$1 code=$2
	shift 2
	run --separate-stderr bounded "$@"
	[ "$status" -eq "$want" ] && [ -z "$output" ] && [ "${#stderr_lines[@]}" -eq 1 ] && [[ $stderr == *"[$code]" ]] && return
	echo "$*: status $status: ${output:0:400} $stderr"
	return 1
}
many() { python3 -c "import sys; sys.stdout.write($1)"; }

@test "hostile: JSON that is none, or says too much" {
	printf '\xff\xfe{\0"\0a\0"\0:\0001\0}\0' >utf16
	printf '\xfe\xff\0{\0}' >utf16be
	printf '\xef\xbb\xbf{"failed":0}' >bom
	printf '{"failed":NaN}' >nan
	printf '{"failed":-Infinity}' >infinity
	printf '{"failed":"\\ud800"}' >surrogate
	printf '{"failed":0}\0' >nul
	printf '{"failed":0} {' >trailing
	printf '{"failed":0,}' >comma
	printf '{"failed":00}' >zeros
	printf '{"failed":0x1}' >hex
	: >empty
	many "'['*200000" >deep
	many "'{\"a\":'*200000" >deeper
	many "'{\"failed\":\"' + 'x'*3000000" >open
	for f in utf16 utf16be bom nan infinity surrogate nul trailing comma zeros hex empty deep deeper open; do judged 1 json.syntax -k c.json $f; done
	printf '{"failed":1e999}' >range
	printf '{"failed":-1e400}' >range2
	judged 1 json.number_range -k c.json range
	judged 1 json.number_range -k c.json range2
	printf '{"failed":1,"failed":0}' >double
	printf '{"failed":0,"x":[{"a":1,"\\u0061":2}]}' >escaped
	judged 1 json.duplicate_key -k c.json double
	judged 1 json.duplicate_key -k c.json escaped
	printf '[{"failed":0}]' >array
	judged 1 json.not_object -k c.json array
	judged 1 media.too_large -k c.json big
}

@test "hostile: an artifact cut at every byte never passes and is one line each time" {
	for n in $(seq 0 $(($(stat -c %s good.json) - 2))); do
		head -c "$n" good.json >cut
		judged 1 json.syntax -k c.json cut
	done
}

@test "hostile: numbers that are large, small or long are exact and cheap" {
	contract json n.json
	judged_as() { printf '{"failed":%s}' "$2" >n; judged "$1" "$3" -k n.json n; }
	judged_as 0 -0 ''
	judged_as 0 0.000e+1000 ''
	judged_as 1 0e99999999999999999999 smoke.failed
	judged_as 1 1e-308 smoke.failed
	judged_as 1 1e-999999999 smoke.failed
	judged_as 1 0.00000000000000000000000000000000001 smoke.failed
	judged_as 1 "$(many "'9'*300")" smoke.failed
	judged_as 1 "$(many "'0.' + '0'*4000 + '1'")" smoke.failed
	printf '{"failed":%s}' "$(many "'1'*100000")" >n
	run -1 --separate-stderr bounded dealix-verify evidence -k n.json n
}

@test "hostile: what is no file: a pipe, a folder, a device, a loop, a link to them, a name of nothing" {
	mkfifo pipe && ln -s pipe topipe && ln -s loop loop && ln -s nowhere dangling && mkdir folder
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
	for f in pipe topipe loop dangling socket /dev/zero /dev/full /dev/tty good.json/x ''; do
		run --separate-stderr bounded dealix-verify evidence -k c.json "$f"
		[ "$status" -ne 0 ] && [ "$status" -lt 4 ] && [ $((${#lines[@]} + ${#stderr_lines[@]})) -eq 1 ] || { echo "$f: $status $output $stderr"; return 1; }
		run --separate-stderr bounded dealix-evidence add -k c.json "$f"
		[ "$status" -ne 0 ] && [ "$status" -lt 4 ] && [ $((${#lines[@]} + ${#stderr_lines[@]})) -le 3 ] || { echo "add $f: $status $output $stderr"; return 1; }
		run --separate-stderr bounded dealix-evidence import -f tap "$f"
		[ "$status" -ne 0 ] && [ "$status" -lt 4 ] || { echo "import $f: $status $output $stderr"; return 1; }
	done
	[ ! -e .dealix ] || [ -z "$(dealix-evidence list)" ]
	# Through a link to a file it is a file.
	ln -s good.json tofile
	judged 0 '' -k c.json tofile
}

# The files of a test, written by one program.
xml() {
	python3 - <<-'PY'
		def put(name, text):
		    open(name + ".xml", "w").write(text)
		ten = "".join('<!ENTITY %s "%s">' % (to, ("&%s;" % of) * 10) for of, to in zip("abcdef", "bcdefg"))
		put("bomb", '<!DOCTYPE t [<!ENTITY a "%s">%s]><testsuite tests="1"><testcase name="&g;"/></testsuite>' % ("x" * 1000, ten))
		put("outside", '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&x;"/></testsuite>')
		put("dtd", '<!DOCTYPE t SYSTEM "https://127.0.0.1:1/x.dtd"><testsuite><testcase name="x"/></testsuite>')
		put("deep", "<testsuite>" * 200000)
		put("attributes", "<testsuite " + " ".join('a%d="1"' % i for i in range(100000)) + ">")
		put("long", '<testsuite><testcase name="' + "x" * 6000000)
		put("name", "<" + "n" * 6000000)
		put("crossed", '<testsuite tests="1"><testcase name="x"></testsuite>')
		put("twice", '<testsuite tests="1"><testcase name="x" name="y"/></testsuite>')
		put("bytes", "\0\1\2")
	PY
}

@test "hostile: XML: bombs, outside entities, depth, floods of attributes, cut off" {
	xml
	ln -s big zeros.xml
	for f in bomb outside dtd deep attributes long name crossed twice bytes zeros; do
		for media in junit cobertura; do
			run --separate-stderr bounded dealix-verify evidence -k $media.json $f.xml
			[ "$status" -eq 1 ] && [ -z "$stderr" ] && [ "${#lines[@]}" -eq 1 ] || { echo "$media $f: $status ${output:0:300} $stderr"; return 1; }
			[[ $(rules) == @(media.syntax|media.too_large|xml_rejected) ]]
		done
		run --separate-stderr bounded dealix-evidence import -f junit $f.xml
		[ -z "$output" ] && [[ $stderr == *'['@(media_syntax|xml_rejected|media_too_large)']' ]] || { echo "import $f: $status ${output:0:300} $stderr"; return 1; }
		printf '{"schema":"dealix.gate.plan.v1","id":"p","version":"1","title":"t","steps":[{"id":"x","type":"junit","path":"%s.xml"}]}' $f >plan.json
		run --separate-stderr bounded dealix-gate check -s .gate plan.json
		[ "$status" -ne 0 ] && [[ $(field .results[0].reason) == @(xml_rejected|media_too_large|file_unreadable) ]] || { echo "check $f: $status ${output:0:300} $stderr"; return 1; }
	done
	# No entity was read, not even for a message.
	judged 1 xml_rejected -k junit.json outside.xml
	[[ $output != *root:* ]]
}

@test "hostile: TAP, tables, YAML, envelopes" {
	printf '1..99999999999999999999\nok 1\n' >plan.tap
	many "'1..1\n' + 'ok 1 - ' + 'x'*17000000" >long.tap
	many "'a,b\n' + '\"' + 'x'*1000000" >open.csv
	printf 'a,b\n1\n' >widths.csv
	printf 'a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n' >alias.yaml
	many "'['*100000" >deep.yaml
	printf 'a: !!python/object:os.system x\n' >tag.yaml
	printf 'a: 1\na: 2\n' >double.yaml
	printf '{"payload":"!!!","payloadType":"x","signatures":[{"sig":"AAAA"}]}' >base.dsse
	printf '{"payload":"e30=","payloadType":"x","signatures":[]}' >none.dsse
	printf '{"payload":"W1tb","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"AAAA"}]}' >cut.dsse
	for f in long.tap open.csv widths.csv alias.yaml deep.yaml tag.yaml double.yaml base.dsse cut.dsse; do
		run --separate-stderr bounded dealix-verify evidence -k "${f#*.}.json" "$f"
		[ "$status" -eq 1 ] && [ -z "$stderr" ] && [ "${#lines[@]}" -eq 1 ] || { echo "$f: $status ${output:0:300} $stderr"; return 1; }
		[[ $(rules) == @(media|json).@(syntax|too_large|duplicate_key) ]] || { echo "$f: ${output:0:600}"; return 1; }
	done
	for media in tap csv yaml kv-md table-md text dsse; do
		run --separate-stderr bounded dealix-verify evidence -k $media.json big
		[ "$status" -eq 1 ] && [ "$(rules)" = media.too_large ] || { echo "$media: $status ${output:0:300} $stderr"; return 1; }
		head -c 20000 /dev/urandom >noise
		run --separate-stderr bounded dealix-verify evidence -k $media.json noise
		[ "$status" -eq 1 ] && [ -z "$stderr" ] && [ "${#lines[@]}" -eq 1 ] || { echo "$media noise: $status ${output:0:300} $stderr"; return 1; }
	done
}

@test "hostile: a file of 300 MB costs little, whoever reads it" {
	refused 1 media_too_large dealix-evidence add --unjudged big
	refused 1 media_too_large dealix-evidence attest --predicate-type urn:x --sign <(openssl genpkey -algorithm ed25519 2>/dev/null) big || [[ $stderr == *key_* ]]
	run --separate-stderr bounded dealix-verify big
	[ "$status" -eq 2 ] || [ "$status" -eq 1 ]
	run --separate-stderr bounded dealix-verify pack --trust c.json big
	[ "$status" -ne 0 ]
	run --separate-stderr bounded dealix-verify evidence -k big good.json
	[ "$status" -eq 2 ] && [ -z "$output" ]
	run --separate-stderr bounded dealix-verify evidence -k c.json --params big good.json
	[ "$status" -eq 2 ] && [ -z "$output" ]
	run --separate-stderr bounded dealix-gate check big
	[ "$status" -eq 2 ] && [ -z "$output" ]
	run --separate-stderr bounded dealix-evidence packet finance_packet telemetry=big assumptions=big -o out
	[ "$status" -ne 0 ] && [ -z "$output" ] && [ ! -e out ]
	run --separate-stderr bounded dealix-evidence collect --no-tool-version -- cat big
	[ "$status" -eq 1 ] && [[ $stderr == *'[media_too_large]' ]]
	[ ! -e .dealix ] || [ -z "$(dealix-evidence list)" ]
}

@test "hostile: paths named in evidence: out of the root by dots, links and roots; and what is no file" {
	mkdir -p root/dir outside && echo in >root/file && echo out >outside/secret
	cd root
	ln -s ../outside link && ln -s ../outside/secret leak && ln -s file inside && ln -s loop loop && mkfifo pipe && ln -s /etc/passwd abs
	printf '{"schema":"dealix.evidence.contract.v1","kind":"paths","version":1,"title":"t","inputs":[{"role":"artifact","media":"json"}],
	 "rules":[{"id":"p.file","at":".path","file":["relative","inside","exists","regular"],"remedy":"x"}]}' >../paths.json
	names() { jq -cn --arg p "$1" '{path: $p}' >../named.json; }
	long=$(many "'a/'*3000") name=$(many "'n'*5000")
	for path in ../outside/secret dir/../../outside/secret /etc/passwd "$PWD/file" link/secret leak abs loop pipe dir . .. '' ./ missing file/x \
	    dir/../missing "$long" "$name" $'fi\nle' '~/file' 'file%00' '*'; do
		names "$path"
		judged 1 p.file -k ../paths.json ../named.json
		[[ $output != *out\\n* && $output != *root:* ]]
	done
	jq -cn '{path: "file\u0000x"}' >../named.json
	run --separate-stderr bounded dealix-verify evidence -k ../paths.json ../named.json
	[ "$status" -eq 1 ]
	for path in file ./file dir/../file; do
		names "$path"
		run --separate-stderr bounded dealix-verify evidence -k ../paths.json ../named.json
		[ "$status" -le 1 ]
	done
	names file
	judged 0 '' -k ../paths.json ../named.json
}

@test "hostile: words on the command line: names with line ends, controls, bytes that are no text, thousands" {
	for name in $'a\nb.json' $'a\x1b[31m.json' $'a\xff.json' '-k' '$(id)' 'a=b.json' '; rm x'; do
		cp good.json "./$name"
		run --separate-stderr bounded dealix-verify evidence -k c.json "artifact=./$name"
		[ "$status" -eq 0 ] && [ "${#lines[@]}" -eq 1 ] || { echo "$name: $status $output $stderr"; return 1; }
		run --separate-stderr bounded dealix-verify evidence -k c.json "artifact=./$name.absent"
		[ "$status" -eq 1 ] && [[ $output$stderr != *$'\x1b'* ]]
		run --separate-stderr bounded dealix-evidence add -k c.json "artifact=./$name"
		[ "$status" -eq 0 ] && [ "${#lines[@]}" -eq 1 ] && [[ $output$stderr != *$'\x1b'* ]]
	done
	run --separate-stderr bounded dealix-verify evidence -k c.json -p "$(many "'n'*100000")=1" good.json
	[ "$status" -eq 2 ] && [ -z "$output" ]
	run --separate-stderr bounded dealix-verify evidence -k "$(many "'k'*100000")" good.json
	[ "$status" -eq 2 ] && [ -z "$output" ]
}
