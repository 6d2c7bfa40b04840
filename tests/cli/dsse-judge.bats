# Envelopes judged by other implementations of DSSE (evidence page 2.6): @sigstore/core with node's signatures, python3-cryptography.
# Ours must verify there, a changed byte must not, and what they sign must verify here.
load ../lib

setup_file() {
	export JUDGES
	JUDGES=$(mktemp -d "${BATS_TMPDIR:-/tmp}/dealix-judges.XXXXXX")
	command -v npm >/dev/null && command -v node >/dev/null || return 0
	# A failing install leaves no package, and the tests that need it say so.
	(cd "$JUDGES" && HOME=$JUDGES timeout 30 npm install --silent --no-audit --no-fund --no-save --ignore-scripts @sigstore/core >/dev/null 2>&1) || true
}
teardown_file() { rm -rf "$JUDGES"; }

scene() {
	local k
	for k in me other; do
		(umask 077 && openssl genpkey -algorithm ed25519 -out "$k.pem" 2>/dev/null)
		openssl pkey -in "$k.pem" -pubout -out "$k.pub"
	done
	echo '{"failed":0}' >artifact.json
	dealix-evidence attest --predicate-type urn:test:level --sign me.pem artifact.json >envelope.json 2>/dev/null
	dealix-evidence seal -o pack.zip --sign other.pem --sign me.pem "$(sha256sum artifact.json | cut -c 1-64)" >/dev/null
	unzip -p pack.zip pack.dsse.json >pack.dsse.json
	jq -rj .payload pack.dsse.json | base64 -d >statement
}
in_node() {
	[ -d "$JUDGES/node_modules/@sigstore/core" ] || skip "npm, or the package @sigstore/core, is not to be had"
	other=(in_judges node "$ROOT/tests/judge/dsse.js")
}
in_python() {
	python3 -c 'import cryptography' 2>/dev/null || skip "python3-cryptography is absent"
	other=("$ROOT/tests/judge/dsse.py")
}
in_judges() { # the package is found from its folder, files are named from here
	local words=() w
	for w in "$@"; do [ -e "$SCRATCH/$w" ] && words+=("$SCRATCH/$w") || words+=("$w"); done
	(cd "$JUDGES" && "${words[@]}")
}

# ours FILE: what we signed verifies there, with the key that signed, and with no changed byte
ours_there() {
	local n edit
	"${other[@]}" verify me.pub envelope.json pack.dsse.json
	"${other[@]}" verify other.pub pack.dsse.json
	run -1 "${other[@]}" verify other.pub envelope.json
	run -0 "${other[@]}" refuse other.pub envelope.json
	n=0
	for edit in '.payloadType += "x"' '.payloadType |= ascii_upcase' '.payload = (.payload | @base64d + " " | @base64)' \
	    '.payload = (.payload | @base64d | sub("sha256"; "sha255") | @base64)' '.signatures |= map(.sig = "AAAA" + .sig[4:])' \
	    '.signatures |= map(.sig = .sig[:80] + "AAAAAA==")' '.signatures = []'; do
		jq "$edit" pack.dsse.json >"changed$n.json"
		n=$((n + 1))
	done
	[ $n -eq 7 ]
	# A bit of one byte, from the first of the statement to the last.
	python3 - <<-'PY'
		import base64, json
		e = json.load(open("pack.dsse.json"))
		raw = base64.b64decode(e["payload"])
		for at in [*range(0, len(raw), len(raw) // 40), len(raw) - 1]:
		    e["payload"] = base64.b64encode(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1:]).decode()
		    json.dump(e, open(f"bit{at}.json", "w"))
	PY
	[ "$(ls bit*.json | wc -l)" -ge 12 ]
	run -0 "${other[@]}" refuse me.pub changed*.json bit*.json
}

pack_with() { rm -f made.zip && "$ROOT/tests/judge/dsse.py" repack pack.zip "$1" made.zip; }
theirs_here() {
	"${other[@]}" make me.pem statement >theirs.json
	pack_with theirs.json
	run -0 --separate-stderr dealix-verify pack --trust me.pub made.zip
	[ "$(field '.valid, (.signed_by | length)' | xargs)" = "true 1" ]
	run -1 --separate-stderr dealix-verify pack --trust other.pub made.zip
	[ "$(field .findings[0].code)" = evidence_unsigned ]
	# A signature over other bytes; another payload under a true signature; a true signature among false ones.
	jq '.signatures[0].sig |= "AAAA" + .[4:]' theirs.json >bad.json
	pack_with bad.json
	run -1 --separate-stderr dealix-verify pack --trust me.pub made.zip
	[[ $(field .findings[0].code) == evidence_signature || $(field .findings[0].code) == evidence_unsigned ]]
	sed 's/"urn:dealix:pack:v1"/"urn:dealix:pack:v2"/' statement >edited
	jq --arg p "$(base64 -w 0 edited)" '.payload = $p' theirs.json >bad.json
	pack_with bad.json
	run -1 dealix-verify pack --trust me.pub made.zip
	jq '.signatures = [{keyid: "x", sig: "AAAA"}, .signatures[0]]' theirs.json >among.json
	pack_with among.json
	run -0 --separate-stderr dealix-verify pack --trust me.pub made.zip
}
theirs_beside() { # the envelope beside an artifact, where vouching is asked for
	dealix-verify evidence -h | grep -q -- --trust || skip "dealix-verify evidence takes no --trust"
	cat >contract.json <<-'J'
		{"schema":"dealix.evidence.contract.v1","kind":"smoke","version":1,"title":"t","inputs":[{"role":"artifact","media":"json"}],
		 "rules":[{"id":"smoke.failed","at":".failed","type":"integer","remedy":"x"}]}
	J
	jq -rj .payload envelope.json | base64 -d >statement
	"${other[@]}" make me.pem statement >artifact.json.dsse
	run -0 --separate-stderr dealix-verify evidence -k contract.json --trust me.pub artifact.json
	run -1 --separate-stderr dealix-verify evidence -k contract.json --trust other.pub artifact.json
	echo '{"failed":1}' >artifact.json
	run -1 --separate-stderr dealix-verify evidence -k contract.json --trust me.pub artifact.json
}

@test "dsse: our envelopes and packs verify by @sigstore/core and node, no changed byte does" { in_node; ours_there; }
@test "dsse: our envelopes and packs verify by python3-cryptography, no changed byte does" { in_python; ours_there; }
@test "dsse: a pack that node signed verifies here, and only with its key and its bytes" { in_node; theirs_here; }
@test "dsse: a pack that python3-cryptography signed, in base64url, verifies here, and only with its key and its bytes" { in_python; theirs_here; }
@test "dsse: an artifact that node vouches for" { in_node; theirs_beside; }

@test "dsse: the vector of the page: the same key and payload give the same signature here and there" {
	local key=a050837d85070582ccf7394b0988847cc312cb88259b894899f6f239cf1791a5
	local sig='dWG98CPWh3lAzt/mxzJ7Nc6Avgf2tjap4msM5gNmMV9Lpu+TWkZMk3lP/u6Su450zcqkLQw21MTZfwU07XgjCw=='
	perl -e 'print pack("H*", "302e020100300506032b657004220420"), pack("C*", 0 .. 31)' | openssl pkey -inform DER -out vector.pem 2>/dev/null
	[ "$(openssl pkey -in vector.pem -pubout -outform DER | sha256sum | cut -c 1-64)" = $key ]
	printf '{}' >empty
	openssl pkey -in vector.pem -pubout -out vector.pub
	printf '{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"%s","sig":"%s"}]}' $key "$sig" >vector.json
	in_node
	[ "$("${other[@]}" make vector.pem empty | jq -r '.signatures[0].sig')" = "$sig" ]
	"${other[@]}" verify vector.pub vector.json
}
