load ../lib
load ../documents

# Who vouches: keys of every kind a person may have, made by ssh-keygen once for all tests; ann and bob are people, ci is a service.
setup_file() {
	KEYS=$(mktemp -d "${BATS_FILE_TMPDIR:-/tmp}/keys.XXXXXX")
	export KEYS
	cd "$KEYS" || return 1
	ssh-keygen -q -t ed25519 -N '' -C 'ann at her desk' -f ann
	ssh-keygen -q -t ecdsa -b 256 -N '' -C '' -f bob
	ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C ci -f ci
	ssh-keygen -q -t ed25519 -N '' -C eve -f eve
	openssl genpkey -algorithm ed25519 -out pipeline.pem && openssl pkey -in pipeline.pem -pubout -out pipeline.pub.pem
	openssl genpkey -algorithm ed25519 -out other.pem && openssl pkey -in other.pem -pubout -out other.pub.pem
	chmod 600 ./*.pem
}

# principals [MEMBERS OF ANN'S KEY [MEMBERS OF ANN]]
principals() {
	printf '{"schema":"dealix.principals.v1","tenant_id":"default","principals":[
	 {"id":"ann","role":"owner","ssh_keys":[{"public_key":%s%s}]%s},
	 {"id":"bob@shop.example","role":"admin","ssh_keys":[{"public_key":%s}]},
	 {"id":"ci","role":"member","kind":"service","ssh_keys":[{"public_key":%s}]}]}\n' \
		"$(json "$(<"$KEYS/ann.pub")")" "$1" "$2" "$(json "$(<"$KEYS/bob.pub")")" "$(json "$(<"$KEYS/ci.pub")")"
}

scene() {
	cat >drill.json <<-'JSON'
	{"schema":"dealix.evidence.contract.v1","kind":"drill","version":1,"title":"Drill",
	 "inputs":[{"role":"artifact","media":"json"}],
	 "rules":[{"id":"drill.green","at":".green","type":"bool","equals":true,"remedy":"Make it green."}]}
	JSON
	cat >form.json <<-'JSON'
	{"schema":"dealix.evidence.contract.v1","kind":"form","version":1,"title":"Form",
	 "inputs":[{"role":"artifact","media":"kv-md"}],
	 "rules":[{"id":"form.id","at":".fields.drill_id","type":"text"}]}
	JSON
	cat >pair.json <<-'JSON'
	{"schema":"dealix.evidence.contract.v1","kind":"pair","version":1,"title":"Two",
	 "inputs":[{"role":"left","media":"json"},{"role":"right","media":"text"},{"role":"note","media":"text","optional":true}],
	 "rules":[{"id":"pair.green","at":"$left.green","equals":true}]}
	JSON
	cat >tree.json <<-'JSON'
	{"schema":"dealix.evidence.contract.v1","kind":"tree","version":1,"title":"Files","inputs":[],
	 "rules":[{"id":"tree.readme","path":"people.json","file":["exists"]}]}
	JSON
	principals >people.json
	echo '{"green":true}' >a.json
	WHO=(--principals people.json --now 2026-03-02T00:00:00Z)
}

sign() { rm -f "$2.sig" && ssh-keygen -q -Y sign -n "${3:-dealix}" -f "$KEYS/$1" "$2" 2>/dev/null; }
also() { mv "$2.sig" first && sign "$1" "$2" && cat first "$2.sig" >both && mv both "$2.sig"; }
verify() { dealix-verify evidence -k drill.json "${WHO[@]}" "$@"; }
rules() { jq -r '[.failures[].rule] | join(" ")' <<<"$output"; }
found() { jq -r '.failures[0].found' <<<"$output"; }
signers() { jq -r '[.vouched.signatures[] | .principal // .keyid] | join(" ")' <<<"$output"; }

# --- signatures that hold ---

@test "vouch: a signature by ssh-keygen holds for ed25519, ecdsa and rsa, and the report says whose it is" {
	local key
	for key in ann bob ci; do
		sign $key a.json
		run -0 --separate-stderr verify a.json
		[ -z "$stderr" ] && [ "$(field .verdict)" = pass ] && [ "$(rules)" = '' ]
		[ "$(field '.vouched.signatures[0] | [.role,.path] | join(" ")')" = 'artifact a.json.sig' ]
		case $key in bob) [ "$(signers)" = bob@shop.example ] ;; *) [ "$(signers)" = $key ] ;; esac
	done
	[ "$(field '.vouched.principals_sha256 | length')" -eq 64 ]
}

@test "vouch: sha256 is as good a digest as ssh-keygen's sha512" {
	ssh-keygen -q -Y sign -n dealix -O hashalg=sha256 -f "$KEYS/ann" a.json 2>/dev/null || skip "this ssh-keygen has no hashalg"
	run -0 verify a.json
	[ "$(signers)" = ann ]
}

@test "vouch: several signatures in one file count each, and one of a stranger beside them does no harm" {
	sign eve a.json && also ann a.json && also bob a.json && also ann a.json
	run -0 verify a.json
	[ "$(signers)" = 'ann bob@shop.example' ]
}

@test "vouch: without --principals nobody asks, and nothing of it stands in the report" {
	run -0 dealix-verify evidence -k drill.json a.json
	[ "$(field 'has("vouched")')" = false ]
}

@test "vouch: what the contract says is said too, and comes first; the level changes nothing" {
	echo '{"green":false}' >a.json
	for level in base strict; do
		run -1 verify -l $level a.json
		[ "$(rules)" = 'drill.green evidence_unsigned' ]
	done
}

@test "vouch: the same bytes for the same files" {
	sign ann a.json
	verify a.json >one
	verify a.json >two
	cmp one two
}

# --- evidence_unsigned ---

@test "vouch: nothing beside it is evidence_unsigned, in every format, and exit 1" {
	run -1 --separate-stderr verify a.json
	[ -z "$stderr" ] && [ "$(field .verdict)" = fail ] && [ "$(rules)" = evidence_unsigned ] && [ "$(field .judged)" = 1 ]
	[ "$(field '.failures[0] | [.role,.at,has("line")] | join(" ")')" = 'artifact  false' ]
	[ "$(field '.failures[0].remedy' | wc -c)" -gt 20 ]
	for format in text junit tap sarif github; do
		run -1 verify -F $format a.json
		[[ "$output" == *evidence_unsigned* ]]
	done
}

@test "vouch: a stranger's signature, and that of a disabled principal, are none" {
	sign eve a.json
	run -1 verify a.json
	[ "$(rules)" = evidence_unsigned ] && [[ "$(found)" == 'signature_key_unknown: '* ]]
	principals '' ',"disabled":true' >people.json
	sign ann a.json
	run -1 verify a.json
	[ "$(rules)" = evidence_unsigned ] && [[ "$(found)" == *'ann, who is disabled'* ]] && [ "$(signers)" = '' ]
}

@test "vouch: standard input has nothing beside it" {
	sign ann a.json && cp a.json.sig -- -.sig
	run -1 verify - <a.json
	[ "$(rules)" = evidence_unsigned ] && [ "$(found)" = 'nothing stands beside standard input' ]
}

@test "vouch: a folder or a queue of that name is no signature, and nobody waits for it" {
	mkdir a.json.sig && mkfifo a.json.dsse
	run -1 timeout 20 dealix-verify evidence -k drill.json "${WHO[@]}" a.json
	[ "$(rules)" = evidence_unsigned ]
}

# --- evidence_signature ---

@test "vouch: an artifact that was changed after it was signed is evidence_signature" {
	sign ann a.json && echo >>a.json
	run -1 verify a.json
	[ "$(rules)" = evidence_signature ] && [[ "$(found)" == 'signature_invalid: ann: '* ]] && [ "$(signers)" = '' ]
}

@test "vouch: a signature for another purpose, and what is none, are malformed" {
	sign ann a.json file
	run -1 verify a.json
	[ "$(rules)" = evidence_signature ] && [[ "$(found)" == 'signature_malformed: '*'namespace "file"'* ]]
	for text in '' x $'-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n' '{"signatures":[]}'; do
		printf %s "$text" >a.json.sig
		run -1 verify a.json
		[ "$(rules)" = evidence_signature ] && [[ "$(found)" == 'signature_malformed: '* ]]
	done
	head -c 1100000 /dev/zero >a.json.sig
	run -1 verify a.json
	[ "$(rules)" = evidence_signature ]
}

@test "vouch: a fault of a known key says more than that of a stranger" {
	sign ann a.json && cp a.json.sig old && echo >>a.json && sign eve a.json && cat old >>a.json.sig
	run -1 verify a.json
	[ "$(rules)" = evidence_signature ]
}

@test "vouch: more signatures than 64 are not looked at" {
	sign ann a.json && mv a.json.sig one
	for _ in $(seq 64); do sed 's/^-----BEGIN SSH SIG/-----BEGIN PGP SIG/' one; done >a.json.sig
	cat one >>a.json.sig
	run -1 verify a.json
	[ "$(rules)" = evidence_signature ]
}

@test "vouch: a key is good from valid_after until before valid_before" {
	sign ann a.json
	principals ',"valid_after":"2026-03-02T00:00:00Z","valid_before":"2026-03-03T00:00:00Z"' >people.json
	run -0 verify a.json
	for now in 2026-03-01T23:59:59.999999Z 2026-03-03T00:00:00Z; do
		run -1 dealix-verify evidence -k drill.json --principals people.json --now $now a.json
		[ "$(rules)" = evidence_signature ] && [[ "$(found)" == 'signature_key_expired: '*ann* ]]
	done
	run -0 dealix-verify evidence -k drill.json --principals people.json --now 2026-03-02T23:59:59.999999Z a.json
}

# A signature blob as ssh-keygen would write it, but over the digest named: rsa_signature ALGORITHM DIGEST FILE
rsa_signature() {
	python3 - "$KEYS/ci" "$@" <<-'PY'
	import base64, hashlib, struct, subprocess, sys
	key, algorithm, digest, path = sys.argv[1:]
	S = lambda b: struct.pack(">I", len(b)) + b
	public = base64.b64decode(open(key + ".pub").read().split()[1])
	message = hashlib.sha512(open(path, "rb").read()).digest()
	signed = b"SSHSIG" + S(b"dealix") + S(b"") + S(b"sha512") + S(message)
	raw = subprocess.run(["openssl", "dgst", "-" + digest, "-sign", key], input=signed, check=True, capture_output=True).stdout
	blob = b"SSHSIG" + struct.pack(">I", 1) + S(public) + S(b"dealix") + S(b"") + S(b"sha512") + S(S(algorithm.encode()) + S(raw))
	code = base64.b64encode(blob).decode()
	with open(path + ".sig", "w") as f:
	    f.write("-----BEGIN SSH SIGNATURE-----\n")
	    f.writelines(code[i:i + 70] + "\n" for i in range(0, len(code), 70))
	    f.write("-----END SSH SIGNATURE-----\n")
	PY
}

@test "vouch: rsa signs over SHA-256 and SHA-512, and over SHA-1 it does not" {
	for digest in sha256 sha512; do
		rsa_signature rsa-sha2-${digest#sha} $digest a.json
		run -0 verify a.json
		[ "$(signers)" = ci ]
	done
	for algorithm in ssh-rsa rsa-sha2-256; do
		rsa_signature $algorithm sha1 a.json
		run -1 verify a.json
		[ "$(rules)" = evidence_signature ] && [[ "$(found)" == 'signature_invalid: ci: '* ]]
	done
}

# --- envelopes ---

envelope() { dealix-evidence attest --predicate-type https://shop.example/drill/v1 --sign "$KEYS/$1.pem" "$2" >"$2.dsse"; }

@test "vouch: an envelope by a trusted key stands for a signature" {
	envelope pipeline a.json
	run -0 verify --trust "$KEYS/other.pub.pem" --trust "$KEYS/pipeline.pub.pem" a.json
	[ "$(field '.vouched.signatures[0].path')" = a.json.dsse ]
	[ "$(signers)" = "$(jq -r '.signatures[0].keyid' a.json.dsse)" ]
	sign ann a.json
	run -0 verify --trust "$KEYS/pipeline.pub.pem" a.json
	[[ "$(signers)" == 'ann '* ]]
}

@test "vouch: an envelope by no trusted key is none" {
	envelope pipeline a.json
	run -1 verify a.json
	[ "$(rules)" = evidence_unsigned ] && [[ "$(found)" == 'no key is trusted'* ]]
	run -1 verify --trust "$KEYS/other.pub.pem" a.json
	[ "$(rules)" = evidence_unsigned ]
	sign ann a.json
	run -0 verify --trust "$KEYS/other.pub.pem" a.json
	[ "$(signers)" = ann ]
}

@test "vouch: an envelope about other bytes, a damaged one, and what is none are evidence_signature" {
	envelope pipeline a.json && cp a.json.dsse good.dsse
	echo >>a.json
	run -1 verify --trust "$KEYS/pipeline.pub.pem" a.json
	[ "$(rules)" = evidence_signature ] && [[ "$(found)" == *'not about these bytes' ]]
	jq -c '.payload = (.payload | @base64d | sub("drill/v1"; "drill/v2") | @base64)' good.dsse >a.json.dsse
	run -1 verify --trust "$KEYS/pipeline.pub.pem" a.json
	[ "$(rules)" = evidence_signature ]
	for text in '' '{}' '[]' '{"payload":"e30=","payloadType":"x","signatures":[]' 'garbage'; do
		printf %s "$text" >a.json.dsse
		run -1 verify --trust "$KEYS/pipeline.pub.pem" a.json
		[ "$(rules)" = evidence_signature ]
	done
}

# --- people ---

@test "vouch: people named must be principals, wherever they are named" {
	cat >a.json <<-'JSON'
	{"green":true,"executed_by":"ann","rows":[{"owner":"ann"},{"owner":"Mallory"}],"finance_owner":["bob@shop.example","zoe"],
	 "owner_function":"finance","plan":{"backup_approver":"nobody"}}
	JSON
	sign ann a.json
	run -1 verify a.json
	[ "$(rules)" = 'identity.unknown identity.unknown identity.unknown' ]
	[ "$(field '[.failures[] | "\(.at):\(.line):\(.column)=\(.found)"] | join(" ")')" = \
		'/rows/1/owner:1:68=Mallory /finance_owner/1:1:116=zoe /plan/backup_approver:2:55=nobody' ]
}

@test "vouch: two spellings of a name are one person" {
	echo '{"green":true,"executed_by":" ANN ","approved_by":"Bob+drills@Shop.Example (acting)"}' >a.json
	sign bob a.json
	run -0 verify a.json
	echo '{"green":true,"executed_by":"Ann (on call)","approved_by":"an n"}' >a.json
	sign bob a.json
	run -1 verify a.json
	[ "$(rules)" = identity.unknown ] && [ "$(field .failures[0].at)" = /approved_by ]
}

@test "vouch: what names nobody is left to the contract, and what cannot be a name is not" {
	echo '{"green":true,"owner":null,"approver":"  ","executed_by":true,"approved_by":[],"x_owner":{"name":"ann"},"y_owner":7}' >a.json
	sign ann a.json
	run -1 verify a.json
	[ "$(field '[.failures[] | .rule, .at] | join(" ")')" = 'identity.unknown /x_owner identity.unknown /y_owner' ]
}

@test "vouch: the approver named must have signed" {
	echo '{"green":true,"executed_by":"ann","approved_by":"bob@shop.example"}' >a.json
	sign ann a.json
	run -1 verify a.json
	[ "$(rules)" = approval.unsigned ] && [ "$(field '.failures[0] | [.at,.line,.column] | join(" ")')" = '/approved_by 1 49' ]
	also bob a.json
	run -0 verify a.json
	[ "$(signers)" = 'ann bob@shop.example' ]
	sign bob a.json
	run -0 verify a.json
}

@test "vouch: an approver's signature that does not hold, or is missing, approves nothing" {
	echo '{"green":true,"approver":"ann"}' >a.json
	run -1 verify a.json
	[ "$(rules)" = 'evidence_unsigned approval.unsigned' ]
	sign ann a.json && echo >>a.json
	run -1 verify a.json
	[ "$(rules)" = 'evidence_signature approval.unsigned' ]
	sign ann a.json && principals '' ',"disabled":true' >people.json
	run -1 verify a.json
	[ "$(rules)" = 'evidence_unsigned approval.unsigned' ]
	[ "$(field .failures[1].found)" = 'a principal who is disabled' ]
}

@test "vouch: an envelope says who made it, not that the approver agreed" {
	echo '{"green":true,"approved_by":"ann"}' >a.json
	envelope pipeline a.json
	run -1 verify --trust "$KEYS/pipeline.pub.pem" a.json
	[ "$(rules)" = approval.unsigned ]
	sign ann a.json
	run -0 verify --trust "$KEYS/pipeline.pub.pem" a.json
}

@test "vouch: a service may sign and run, and approves nothing" {
	echo '{"green":true,"executed_by":"ci"}' >a.json && sign ci a.json
	run -0 verify a.json
	echo '{"green":true,"approved_by":"ci"}' >a.json && sign ci a.json
	run -1 verify a.json
	[ "$(rules)" = approval.unsigned ] && [[ "$(found)" == 'a service,'* ]]
}

@test "vouch: a form in Markdown names its people too" {
	printf -- '- drill_id: 7\n- owner: ann\n- approver: zoe\n' >form.md
	sign ann form.md
	run -1 dealix-verify evidence -k form.json "${WHO[@]}" form.md
	[ "$(field '.failures[] | [.rule,.at,.line] | join(" ")')" = 'identity.unknown /fields/approver 3' ]
}

@test "vouch: ten thousand failures are listed, the others counted" {
	{ printf '{"green":true,"rows":['; for i in $(seq 10005); do printf '{"owner":"x%d"},' "$i"; done; printf '{"owner":"ann"}]}'; } >a.json
	sign ann a.json
	run -1 verify a.json
	[ "$(field '[(.failures | length), .failures_truncated] | join(" ")')" = '10000 5' ]
	[ "$(field '.failures[9999] | [.at,.line] | join(" ")')" = '/rows/9999/owner 1' ]
}

# --- several files, folders, other documents ---

@test "vouch: each file of a contract with several is signed" {
	echo left-out >n.txt && cp n.txt r.txt && sign ann a.json
	run -1 dealix-verify evidence -k pair.json "${WHO[@]}" left=a.json right=r.txt
	[ "$(field '[.failures[] | .rule, .role] | join(" ")')" = 'evidence_unsigned right' ]
	sign bob r.txt
	run -0 dealix-verify evidence -k pair.json "${WHO[@]}" left=a.json right=r.txt
	[ "$(field '[.vouched.signatures[] | .role, .principal] | join(" ")')" = 'left ann right bob@shop.example' ]
	run -1 dealix-verify evidence -k pair.json "${WHO[@]}" left=a.json right=r.txt note=n.txt
	[ "$(field '.failures[].role')" = note ]
}

@test "vouch: a contract that reads no file has nobody to vouch for" {
	run -0 dealix-verify evidence -k tree.json
	refused 2 evidence_nothing_judged dealix-verify evidence -k tree.json "${WHO[@]}"
}

@test "vouch: in a folder signatures are no artifacts of their own, and links are not followed to them" {
	mkdir f && cp a.json f && sign ann f/a.json && cp a.json f/b.json && mv f/a.json.sig outside && cp outside f/b.json.sig
	ln -s ../outside f/a.json.sig
	run -1 verify f
	[ "${#lines[@]}" -eq 2 ]
	[ "$(jq -r '[.inputs[0].path, .verdict] | join(" ")' <<<"$output")" = $'f/a.json fail\nf/b.json pass' ]
	cp outside f/alone.sig
	run -1 verify f
	[ "${#lines[@]}" -eq 3 ]
}

@test "vouch: a file that is not there fails as before, one that is refused is asked for its signature" {
	run -1 verify none.json
	[ "$(rules)" = json.missing ]
	echo '{' >a.json
	run -1 verify a.json
	[ "$(rules)" = 'json.syntax evidence_unsigned' ]
	sign ann a.json
	run -1 verify a.json
	[ "$(rules)" = json.syntax ] && [ "$(signers)" = ann ]
}

@test "vouch: documents of ours are signed as well" {
	policy >policy.json
	run -1 dealix-verify "${WHO[@]}" policy.json
	[ "$(field '[.ok, .findings[].code] | join(" ")')" = 'false evidence_unsigned' ]
	sign ann policy.json
	run -0 dealix-verify "${WHO[@]}" policy.json
	[ "$(signers)" = ann ] && [ "$(field .ok)" = true ]
	echo >>policy.json
	run -1 dealix-verify "${WHO[@]}" policy.json
	[ "$(field '.findings[].code')" = evidence_signature ]
}

@test "vouch: a signature that cannot be read is an error, not a verdict" {
	[ "$(id -u)" -ne 0 ] || skip "root reads everything"
	sign ann a.json && chmod 0 a.json.sig
	refused 3 file_unreadable dealix-verify evidence -k drill.json "${WHO[@]}" a.json
}

# --- the options ---

@test "vouch: keys are trusted only where people are named, and both must be what they are" {
	refused 2 usage dealix-verify evidence -k drill.json --trust "$KEYS/pipeline.pub.pem" a.json
	refused 2 usage dealix-verify evidence -k drill.json --principals - a.json
	refused 3 file_unreadable dealix-verify evidence -k drill.json --principals none.json a.json
	refused 2 principals_document_invalid dealix-verify evidence -k drill.json --principals a.json a.json
	refused 2 key_invalid dealix-verify evidence -k drill.json --principals people.json --trust a.json a.json
	refused 2 key_invalid dealix-verify evidence -k drill.json --principals people.json --trust "$KEYS/pipeline.pem" a.json
	: >empty.json
	refused 2 input_empty dealix-verify evidence -k drill.json --principals empty.json a.json
}

@test "vouch: every code it may give stands in dealix-reasons(7)" {
	for code in evidence_unsigned evidence_signature identity_unknown approval_unsigned signature_malformed signature_key_unknown \
		signature_key_expired signature_invalid; do
		grep -qw "$code" "$ROOT/man/dealix-reasons.7"
	done
}
