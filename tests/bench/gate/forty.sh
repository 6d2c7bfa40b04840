#!/bin/sh
# The checks of forty.json with test, grep and jq, as a release script has them: says how many of 40 passed.
n=0
ok() {
	n=$((n + 1))
}
test -f README.md && test -s README.md && ok
test -f LICENSE && test -s LICENSE && ok
test -f Makefile && test -s Makefile && ok
test -f lib/LAYERS && test -s lib/LAYERS && ok
test -f lib/base/err.h && test -s lib/base/err.h && ok
test -f lib/base/buf.h && test -s lib/base/buf.h && ok
test -f lib/json/json.h && test -s lib/json/json.h && ok
test -f lib/op/check.h && test -s lib/op/check.h && ok
test -f lib/op/session.h && test -s lib/op/session.h && ok
test -f lib/store/store.h && test -s lib/store/store.h && ok
test -f cmd/gate/check.c && test -s cmd/gate/check.c && ok
test -f cmd/gate/main.c && test -s cmd/gate/main.c && ok
test -f tests/run && test -s tests/run && ok
test -f tests/lint/source && test -s tests/lint/source && ok
test -f man/dealix.7 && test -s man/dealix.7 && ok
test -f man/dealix-gate.1 && test -s man/dealix-gate.1 && ok
set -- lib/*
test -d lib && test $# -ge 10 && ok
set -- policies/evidence/*.json
test -d policies/evidence && test $# -ge 20 && ok
set -- man/*.5
test -d man && test $# -ge 5 && ok
set -- tests/unit/test_*.c
test -d tests/unit && test $# -ge 40 && ok
grep -qF -e 'man 7 dealix' README.md && ok
grep -qF -e '-Wstrict-prototypes' Makefile && ok
grep -qF -e 'core: base json crypt' lib/LAYERS && ok
grep -qF -e 'RFC 8785 bytes out' lib/json/json.h && ok
grep -qF -e 'struct dx_checked' lib/op/check.h && ok
grep -qF -e '.Sh NAME' man/dealix.7 && ok
grep -qF -e 'DX_ERR_TEXT' lib/base/err.h && ok
grep -qF -e 'dx_gate_check' cmd/gate/check.c && ok
grep -rqF --include='*.c' -e 'strcpy(' lib || ok
grep -rqF --include='*.c' -e 'popen(' lib || ok
grep -rqF --include='*.c' -e 'system(' cmd || ok
grep -rqF --include='*.h' -e 'typedef struct' lib || ok
test "$(jq '.schema != null or .schema_version != null' policies/default.json)" = true && ok
test "$(jq '.kind == "slo_burn"' policies/evidence/slo_burn.json)" = true && ok
test "$(jq '.rules | length > 5' policies/evidence/slo_burn.json)" = true && ok
test "$(jq '.inputs[0].role == "artifact"' policies/evidence/coverage_xml.json)" = true && ok
test "$(jq '.steps | length > 10' policies/gates/release-evidence.json)" = true && ok
test "$(jq '[.steps[].id] | unique | length > 10' policies/gates/release-evidence.json)" = true && ok
test "$(jq '.rules | map(.id) | length > 5' policies/evidence/enforcement_stress.json)" = true && ok
test "$(jq 'type == "object"' policies/default.json)" = true && ok
echo "$n/40"
test "$n" = 40
