load ../lib

@test "install: tools, pages, completions and policies land under PREFIX in DESTDIR, and uninstall takes them away" {
	make -s -C "$ROOT" O="${DEALIX_BUILD:?}" DESTDIR="$SCRATCH/d" PREFIX=/opt/x install >log 2>&1
	for f in bin/dealix-gate bin/dealix-ledger bin/dealix-verify share/man/man1/dealix-gate.1 share/man/man7/dealix-reasons.7 \
		share/bash-completion/completions/dealix-gate share/zsh/site-functions/_dealix-gate \
		share/fish/vendor_completions.d/dealix-gate.fish share/dealix/policies/default.json share/dealix/policies/rules/terraform-aws.json; do
		[ -s "d/opt/x/$f" ] || { echo "absent: $f"; return 1; }
	done
	run -0 d/opt/x/bin/dealix-gate -V
	make -s -C "$ROOT" O="$DEALIX_BUILD" DESTDIR="$SCRATCH/d" PREFIX=/opt/x uninstall >log 2>&1
	[ -z "$(find d -type f)" ]
}

@test "install: each tool links only with what it calls" {
	needed() { ldd "$(command -v "$1")" | sed -nE 's/^\s*lib(\w+)[.-].*/\1/p' | grep -vxE 'c|m' | sort -u | paste -sd' '; }
	case $(ldd "$(command -v dealix-gate)") in *libasan*) skip "a sanitizer build" ;; esac
	for tool in gate ledger verify evidence; do
		[ "$(needed dealix-$tool)" = sqlite3 ] || { echo "dealix-$tool: $(needed dealix-$tool)"; return 1; }
		# of libcrypto's archive the digest alone: a key of one copy must not meet functions of another
		run nm "$(command -v dealix-$tool)"
		[[ $output == *' T SHA256_Final'* ]]
		[[ ! $output =~ \ [Tt]\ (EVP|BN|BIO|ERR|OSSL|PEM)_ ]] || { echo "dealix-$tool: ${BASH_REMATCH[0]}"; return 1; }
	done
}

# Where a library cannot be opened, what needs none of it works, and what needs it is no pass.
without() { # soname command...
	mkdir -p "lib-$1"
	echo none >"lib-$1/$1"
	LD_LIBRARY_PATH=$PWD/lib-$1 run -3 --separate-stderr "${@:2}"
	[ -z "$output" ]
	[[ $stderr == *"$1"*"[library_unavailable]" ]] || { echo "$stderr"; return 1; }
}
contract() { # media rule
	printf '{"schema":"dealix.evidence.contract.v1","kind":"k","version":1,"title":"t","inputs":[{"role":"artifact","media":"%s"}],"rules":[%s]}' "$@"
}

@test "install: a library that is missed only by what needs it" {
	contract junit '{"id":"k.total","at":".total","is":".total == 1"}' >xml.json
	contract yaml '{"id":"k.n","at":".n","is":".n == 1"}' >yaml.json
	contract json '{"id":"k.n","at":".n","is":".n * .n > 1"}' >json.json
	echo '<testsuite tests="1"><testcase name="a"/></testsuite>' >a.xml
	echo 'n: 1' >a.yaml
	echo '{"n":12345678901.5}' >a.json
	echo '{"n":3037000499}' >small.json
	openssl genpkey -algorithm ed25519 -out me.pem 2>/dev/null
	chmod 600 me.pem
	run -0 dealix-verify evidence -k xml.json a.xml
	run -0 dealix-verify evidence -k yaml.json a.yaml
	run -0 dealix-verify evidence -k json.json a.json
	without libexpat.so.1 dealix-verify evidence -k xml.json a.xml
	without libyaml-0.so.2 dealix-verify evidence -k yaml.json a.yaml
	without libgmp.so.10 dealix-verify evidence -k json.json a.json
	dealix-evidence add -k json.json small.json >id
	without libcrypto.so.3 dealix-evidence seal -o pack.zip --sign me.pem "$(jq -r .artifact_sha256 id)"
	[ ! -e pack.zip ]
	LD_LIBRARY_PATH=$PWD/lib-libexpat.so.1:$PWD/lib-libyaml-0.so.2:$PWD/lib-libgmp.so.10:$PWD/lib-libcrypto.so.3
	export LD_LIBRARY_PATH
	run -0 dealix-verify evidence -k json.json small.json
	run -0 dealix-gate decide <<<"$(request m 1)"
}
