# What every CLI test shares: a scratch folder of its own as working folder, no store from outside, and after each test every store
# that is left behind must verify.
bats_require_minimum_version 1.5.0
ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
FIXTURES=$ROOT/../shared/fixtures
export LC_ALL=C TZ=UTC
unset DEALIX_STORE
KEEP_DAMAGED=

setup() {
	SCRATCH=$(mktemp -d "${BATS_TMPDIR:-/tmp}/dealix.XXXXXX")
	cd "$SCRATCH" || return 1
	mkdir home
	export HOME=$SCRATCH/home
	command -v scene >/dev/null && scene
	return 0
}

teardown() {
	local store
	if [ -z "$KEEP_DAMAGED" ]; then
		while IFS= read -r store; do
			dealix-verify store -s "$(dirname "$store")" >"$SCRATCH/verify.out" 2>&1 || {
				echo "store left behind does not verify: $store"
				cat "$SCRATCH/verify.out"
				return 1
			}
		done < <(find "$SCRATCH" -name store.db)
	fi
	chmod -R u+rwX "$SCRATCH" 2>/dev/null
	cd / && rm -rf "$SCRATCH"
}

# A request line: request RESOURCE AMOUNT [JSON members]
request() {
	printf '{"action":"terraform.apply","resource_reference":"%s","estimated_monthly_delta_usd":"%s"%s}\n' "$1" "$2" "${3:+,$3}"
}

# The fixtures are shared data beside the project; a test that needs them skips where they are absent.
need_fixtures() {
	[ -d "$FIXTURES" ] || skip "../shared/fixtures is absent"
}

field() { jq -r "$1" <<<"${2:-$output}"; }

# A sanitizer in the build: bounds on memory do not work there, nor does being traced.
sanitized() { case $(ldd "$(command -v dealix-gate)") in *libasan*) return 0 ;; esac; return 1; }

# refused STATUS CODE COMMAND...: nothing on stdout, the code on stderr
refused() {
	local want=$1 code=$2
	shift 2
	run --separate-stderr "$@"
	[ "$status" -eq "$want" ] || { echo "status $status, want $want: $stderr"; return 1; }
	[ -z "$output" ] || { echo "stdout: $output"; return 1; }
	[[ $stderr == *"[$code]"* ]] || { echo "want $code: $stderr"; return 1; }
}

# one_line STATUS CODE COMMAND...: the same, and stderr is one line that names the tool and ends with the code
one_line() {
	refused "$@" || return
	[ "${#stderr_lines[@]}" -eq 1 ] || { echo "stderr: $stderr"; return 1; }
	[[ $stderr == "dealix-"*": "*" [$2]" ]] || { echo "line: $stderr"; return 1; }
}

usage() { one_line 2 usage "$@"; }

# Processes with MARK=$mark in their environment: what a test started, and nothing else.
living() {
	local f
	for f in $(grep -lsz "^MARK=$mark\$" /proc/[0-9]*/environ 2>/dev/null); do
		f=${f#/proc/} f=${f%/environ}
		[ "$f" -gt 1 ] && [ -e "/proc/$f" ] && echo "$f"
	done
	return 0
}

# Within 5 s none of them is left; those that are, are named and killed.
none_lives() {
	local left pid
	for _ in $(seq 100); do
		left=$(living)
		[ -z "$left" ] && return 0
		sleep 0.05
	done
	for pid in $left; do
		echo "$pid lives: $(tr '\0' ' ' <"/proc/$pid/cmdline")"
		kill -9 "$pid"
	done
	return 1
}
