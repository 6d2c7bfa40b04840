# dealix-verify needs no network and holds no code for one (evidence page 2.6: offline).
load ../lib

scene() {
	cat >contract.json <<-'EOF'
		{"schema":"dealix.evidence.contract.v1","kind":"smoke","version":1,"title":"t","inputs":[{"role":"artifact","media":"json","recognise":["failed"]}],
		 "rules":[{"id":"smoke.failed","at":".failed","is":".failed == 0","remedy":"x"},{"id":"smoke.list","jq":".list | all(. > 0)","remedy":"x"}]}
	EOF
	echo '{"failed":0,"list":[1,2]}' >good.json
	echo '{"failed":1,"list":[1,2]}' >bad.json
	(umask 077 && openssl genpkey -algorithm ed25519 -out me.pem 2>/dev/null)
	openssl pkey -in me.pem -pubout -out me.pub
	dealix-evidence add -k contract.json good.json >/dev/null 2>&1
	git init -q -b main repo && git -C repo -c user.name=a -c user.email=a@example commit -q --allow-empty -m one && git -C repo branch rc/1.0.0
	printf '{"rc":"rc/1.0.0","head":"%s"}\n' "$(git -C repo rev-parse HEAD)" >rc.json
	echo '{"schema":"dealix.settings.v1","provider":"github","repository":"o/r","fetched_at":"2026-03-01T00:00:00Z"}' >settings.json
	dealix-evidence seal -o pack.zip --sign me.pem "$(sha256sum good.json | cut -c 1-64)" >/dev/null
}
# Every verb, with what it answers: STATUS WORDS...
verbs() {
	cat <<-'EOF'
		0 evidence -k contract.json good.json
		1 evidence -k contract.json bad.json
		0 pack --trust me.pub pack.zip
		0 store
		1 trace ORD-2026-0001
		0 contract lint contract.json
		0 contract list
		0 release --step 1 --now 2026-03-01T00:00:00Z -C repo rc.json
		1 settings --now 2026-03-01T00:00:00Z -C repo settings.json
	EOF
}

@test "offline: every verb answers the same in an empty network namespace" {
	local alone
	if unshare -rn true 2>/dev/null; then alone=(unshare -rn); elif unshare -n true 2>/dev/null; then alone=(unshare -n); else
		skip "network namespaces are not permitted"
	fi
	[ "$("${alone[@]}" sh -c 'tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "')" = lo ]
	run ! "${alone[@]}" bash -c 'exec 3<>/dev/tcp/127.0.0.1/9' 2>/dev/null
	while read -r want words; do
		# shellcheck disable=SC2086
		run "-$want" --separate-stderr dealix-verify $words
		sed -E 's/"now":"[^"]*"//' <<<"$output" >with
		# shellcheck disable=SC2086
		run "-$want" --separate-stderr "${alone[@]}" dealix-verify $words
		[ -n "$output" ] && sed -E 's/"now":"[^"]*"//' <<<"$output" | cmp - with
	done < <(verbs)
}

@test "offline: no library of the network is linked, and no call that opens a connection" {
	local tool=$(command -v dealix-verify) sum
	run -1 grep -E 'libcurl|libpq|libgit2|libssl|libssh|libnghttp|libldap|libresolv|libanl' < <(ldd "$tool")
	# What it asks of others by name.  socketpair, the pipe to its own children, is none of them.
	nm -D --undefined-only "$tool" | awk '{print $NF}' | sed 's/@.*//' >asked
	[ "$(wc -l <asked)" -gt 50 ]
	run -1 grep -xE 'socket|connect|bind|listen|accept4?|getaddrinfo|gethostby.*|res_.*|curl_.*|BIO_(new_)?(s_)?(connect|accept|socket|dgram).*|SSL_.*' asked
	# And by file name, at run time.  libgit2 reads repositories for release and settings, and is asked for nothing else.
	grep -aoE '\blib[a-z0-9]+\.so(\.[0-9]+)+' "$tool" >opened
	grep -qx 'libjq.so.1' opened
	run -1 grep -E 'libcurl|libpq|libssl|libssh|libnghttp|libldap|libresolv|libanl' opened
}

@test "offline: no system call of the network is made" {
	command -v strace >/dev/null || skip "strace is absent"
	sanitized && skip "a sanitizer is in this build"
	strace -o /dev/null true 2>/dev/null || skip "tracing is not permitted"
	while read -r want words; do
		# shellcheck disable=SC2086
		run "-$want" strace -f -qq -e trace=socket,connect,bind,listen,accept,accept4 -e signal=none -o calls dealix-verify $words
		# who runs it is asked of the C library, which may ask a daemon of this machine; strace also notes whom it lets go
		grep -E '(socket|connect|bind|listen|accept4?)(\(| resumed)' calls | grep -v AF_UNIX >network || :
		[ ! -s network ] || { cat network; return 1; }
	done < <(verbs)
}
