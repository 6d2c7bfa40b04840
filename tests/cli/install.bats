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
	needed() { ldd "$(command -v "$1")" | grep -oE 'lib(jq|sqlite3|crypto|curl|git2|ssl|pq)\.' | sort -u | paste -sd' '; }
	case $(ldd "$(command -v dealix-gate)") in *libasan*) skip "a sanitizer build" ;; esac
	[ "$(needed dealix-gate)" = 'libcrypto. libsqlite3.' ]	# libjq is opened when there are rules
	[ "$(needed dealix-ledger)" = 'libcrypto. libsqlite3.' ]
	[ "$(needed dealix-verify)" = 'libcrypto. libsqlite3.' ]
}
