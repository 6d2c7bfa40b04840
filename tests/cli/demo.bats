# What `make demo` shows, and the contract that it judges the unit tests by.
load ../lib

judge() { dealix-verify evidence -k "$ROOT/policies/demo/unit-tests.json" "$@" -; }
rules() { jq -r '[.failures[].rule] | unique | join(" ")' <<<"$output"; }

@test "demo: it runs to its end" {
	[ -x "$DEALIX_BUILD/unit/test_check" ] || skip "the unit test_check is not built"
	PATH=$DEALIX_BUILD/unit:$PATH run -0 "$ROOT/policies/demo/run"
	[[ ${lines[-2]} == *'[pack_item_hash]' ]]
	[ "${lines[-1]}" = '[exit 1]' ]
}

@test "demo: the contract takes a whole run without failures and nothing else" {
	run -0 dealix-verify contract lint --strict "$ROOT/policies/demo/unit-tests.json"
	good=$(for i in {1..20}; do echo "ok $i - works"; done; echo 1..20)
	run -0 judge <<<"$good"
	run -1 judge <<<"${good/ok 7/not ok 7}"
	[ "$(rules)" = unit.failed ]
	run -1 judge <<<"${good/ok 7 - works/ok 7 - works # SKIP no network}"
	[ "$(rules)" = unit.failed ]
	run -1 judge <<<"${good/1..20/1..21}"
	[ "$(rules)" = unit.broken ]
	run -1 judge <<<"${good%1..20}Bail out! out of memory"
	[ "$(rules)" = unit.broken ]
	run -1 judge <<<'1..0'
	[ "$(rules)" = unit.count ]
	run -1 judge -p min_tests=21 <<<"$good"
	[ "$(rules)" = unit.count ]
}
