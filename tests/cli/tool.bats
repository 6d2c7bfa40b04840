# What every verb of every tool shares: help, version, completion, misuse, operands and options, errors as JSON.  The lists come from
# the tools themselves, so a new verb is tested the day it is there.
load ../lib

TOOLS="dealix-gate dealix-ledger dealix-verify"

verbs() { # TOOL: its verbs, one a line
	"$1" -h | sed -n '/^verbs:/,/^$/s/^  \([a-z][a-z ]*[a-z]\)  .*/\1/p'
}

long_options() { # TOOL VERB: the long options of -h
	# shellcheck disable=SC2086
	"$1" $2 -h | grep -oE -- '--[a-z][a-z-]+' | sort -u
}

each_verb() { # FUNCTION: called with each tool and verb; the first that fails ends it
	local tool verb seen=0
	for tool in $TOOLS; do
		while IFS= read -r verb; do
			seen=$((seen + 1))
			"$1" "$tool" "$verb" || { echo "$tool $verb: status $status: $output / $stderr"; return 1; }
		done < <(verbs "$tool")
	done
	[ "$seen" -ge 18 ]
}

make_store() {
	dealix-ledger budget set shop --limit 500 >/dev/null 2>&1
	request m 40 | dealix-gate decide >/dev/null
}

# --- help, version, completion ---

@test "tool: -h of each tool lists its verbs, 0, nothing on stderr" {
	for tool in $TOOLS; do
		run -0 --separate-stderr "$tool" -h
		[[ ${lines[0]} == "usage: $tool VERB"* ]]
		[ -z "$stderr" ]
		[ "$(verbs "$tool" | wc -l)" -ge 1 ]
		first=$output
		run -0 "$tool" --help
		[ "$output" = "$first" ]
	done
}

@test "tool: -V says tool and version, the gate its libjq too" {
	for tool in $TOOLS; do
		for form in -V --version; do
			run -0 --separate-stderr "$tool" $form
			[ "${#lines[@]}" -eq 1 ]
			[[ $output =~ ^$tool\ [0-9]+\.[0-9]+\.[0-9]+(\ \(libjq\ [0-9.]+\))?$ ]]
		done
	done
	[[ $(dealix-gate -V) == *'(libjq '* ]]
}

help_of_verb() {
	# shellcheck disable=SC2086
	run --separate-stderr "$1" $2 -h
	[ "$status" -eq 0 ] && [[ ${lines[0]} == "usage: $1 $2"* ]] && [ -z "$stderr" ] || return 1
	first=$output
	# shellcheck disable=SC2086
	run --separate-stderr "$1" $2 --help
	[ "$status" -eq 0 ] && [ "$output" = "$first" ] && [ ! -e .dealix ]
}
@test "tool: -h of every verb, 0, no store" {
	each_verb help_of_verb
}

version_of_verb() {
	# shellcheck disable=SC2086
	run --separate-stderr "$1" $2 -V
	[ "$status" -eq 0 ] && [ "$output" = "$("$1" -V)" ]
}
@test "tool: -V behind every verb" {
	each_verb version_of_verb
}

completes_verb() {
	local o
	for o in $(long_options "$1" "$2"); do
		for shell in bash zsh; do
			"$1" --completion $shell | grep -q -- "$o" || { output="$shell lacks $o"; return 1; }
		done
		case $o in --errors | --help | --version) continue ;; esac
		"$1" --completion fish | grep -q -- "-l ${o#--} " || { output="fish lacks $o"; return 1; }
	done
	"$1" --completion bash | grep -q -- "${2##* }" && "$1" --completion zsh | grep -q -- "${2##* }" &&
		"$1" --completion fish | grep -q -- "${2##* }"
}
@test "tool: --completion has every verb and every option of every verb" {
	each_verb completes_verb
}

@test "tool: completion scripts parse in their shells; bash completes a verb and an option" {
	for tool in $TOOLS; do
		"$tool" --completion bash | bash -n
		"$tool" --completion zsh >z && { ! command -v zsh >/dev/null || zsh -n z; }
		"$tool" --completion fish >f && { ! command -v fish >/dev/null || fish -n f; }
	done
	complete_words() { # WORD...: what bash offers for the last one
		bash -c 'source <(dealix-gate --completion bash)
			COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
			f=$(complete -p dealix-gate | sed "s/.*-F \([^ ]*\).*/\1/"); $f dealix-gate "${COMP_WORDS[COMP_CWORD]}" ""
			printf "%s\n" "${COMPREPLY[@]}"' _ "$@"
	}
	run -0 complete_words dealix-gate de
	[[ $output == *decide* ]]
	run -0 complete_words dealix-gate decide --dry
	[[ $output == *--dry-run* ]]
	run -0 complete_words dealix-gate policy hi
	[[ $output == *history* ]]
}

@test "tool: fish completes --errors, --help and --version too, and no option of budget list for list" {
	for o in errors help version; do
		dealix-gate --completion fish | grep -q -- "-l $o" || { echo "fish lacks --$o"; return 1; }
	done
	command -v fish >/dev/null || skip "fish is absent"
	dealix-ledger --completion fish >c.fish
	run -0 fish -c 'source c.fish; complete -C "dealix-ledger list --pol"'
	[ -z "$output" ] || { echo "list has no --policy: $output"; return 1; }
}

@test "tool: --completion takes bash, zsh or fish" {
	for tool in $TOOLS; do
		usage "$tool" --completion
		usage "$tool" --completion csh
		usage "$tool" --completion bash zsh
	done
}

# --- misuse ---

@test "tool: no verb, an unknown verb, half a verb" {
	for tool in $TOOLS; do
		usage "$tool"
		usage "$tool" nonsense
		usage "$tool" ''
		usage "$tool" --nonsense
		# Without a verb dealix-verify takes files, and "-" is one.
		[ "$tool" = dealix-verify ] || usage "$tool" -
	done
	usage dealix-verify stroe
	[[ $stderr == *'did you mean "store"?'* ]]
	usage dealix-verify contract lists
	[[ $stderr == *'did you mean "contract list"?'* ]]
	: >stroe
	run -2 dealix-verify stroe
	[[ $output == *'[input_empty]' ]]
	usage dealix-gate policy
	usage dealix-gate policy nonsense
	usage dealix-ledger budget
	usage dealix-ledger budget nonsense
	[[ $stderr == *'see dealix-ledger -h'* ]]
}

@test "tool: an unknown second word of a verb is named" {
	run -2 --separate-stderr dealix-gate policy lnit
	[[ $stderr == *lnit* ]] || { echo "$stderr"; return 1; }
}

unknown_option() {
	# shellcheck disable=SC2086
	usage "$1" $2 --nonsense && [[ $stderr == *'unknown option --nonsense'* ]] &&
		usage "$1" $2 -Z && [[ $stderr == *'unknown option -Z'* ]] &&
		usage "$1" $2 --nonsense=5 && usage "$1" $2 ---
}
@test "tool: an unknown option of every verb" {
	each_verb unknown_option
}

missing_value() {
	local o
	# shellcheck disable=SC2086
	for o in $("$1" $2 -h | sed -n 's/^.*\(--[a-z][a-z-]*\) [A-Z].*/\1/p'); do
		if [ "$o" = --errors ]; then
			usage "$1" $2 --errors && [[ $stderr == *'--errors takes text or json'* ]] || return 1
		else
			usage "$1" $2 "$o" && [[ $stderr == *"$o needs a value"* ]] || return 1
		fi
	done
}
@test "tool: every option that takes a value, of every verb, without one" {
	each_verb missing_value
}

surplus_value() {
	local o
	# shellcheck disable=SC2086
	for o in $("$1" $2 -h | sed -n 's/^  .*\(--[a-z][a-z-]*\)   *[a-z].*/\1/p' | grep -vxE -- '--help|--version'); do
		usage "$1" $2 "$o=yes" && [[ $stderr == *"$o takes no value"* ]] || return 1
		usage "$1" $2 "$o" "$o" && [[ $stderr == *"$o is given twice"* ]] || return 1
	done
}
@test "tool: every flag, of every verb, with a value and given twice" {
	each_verb surplus_value
}

scalar_twice() {
	local o
	# shellcheck disable=SC2086
	for o in $("$1" $2 -h | grep -v 'may be repeated' | grep -vE -- '--(errors|format|from|jobs|level|limit|before-seq|version|expect-version|min-coverage|threshold|timeout-ms|enter|phase|step|days|weeks) ' |
	    sed -n 's/^  .*\(--[a-z][a-z-]*\) [A-Z].*/\1/p'); do
		usage "$1" $2 "$o" a "$o=b" && [[ $stderr == *"$o is given twice"* ]] || return 1
	done
}
@test "tool: every text option of every verb given twice" {
	each_verb scalar_twice
}

@test "tool: a number or choice given twice, out of bounds, or none" {
	usage dealix-gate decide --timeout-ms 100 --timeout-ms 100
	usage dealix-gate decide -F json --format text
	for n in -1 0x64 1e3 ' 100' '' 99999999999999999999; do
		usage dealix-gate decide --timeout-ms "$n"
		[[ $stderr == *'whole number from'* ]]
	done
	for n in 0 1001; do usage dealix-ledger list -l $n; usage dealix-ledger list --limit=$n; done
	usage dealix-ledger list --before-seq=-1
	usage dealix-gate policy test --min-coverage 101 x
	usage dealix-gate policy show -v 0
	usage dealix-gate policy set --expect-version 0 --setting a=b
	for verb in decide 'policy lint' 'policy test'; do
		# shellcheck disable=SC2086
		usage dealix-gate $verb --format xml x
		[[ $stderr == *'"xml"'* ]]
	done
	usage dealix-gate decide --from helm
	usage dealix-ledger list -F sarif
	usage dealix-verify store -F tap
}

@test "tool: an operand too few, too many" {
	usage dealix-gate policy lint
	usage dealix-gate policy test
	usage dealix-gate policy show x
	usage dealix-gate policy history x
	usage dealix-gate policy set a b
	usage dealix-gate policy diff a
	usage dealix-gate policy diff a b c
	usage dealix-ledger list x
	usage dealix-ledger show
	usage dealix-ledger show 1 2
	usage dealix-ledger trace
	usage dealix-ledger budget list x
	usage dealix-ledger budget set --limit 1
	usage dealix-ledger budget set a b --limit 1
	usage dealix-verify store x
	[ ! -e .dealix ]
}

# --- how options and operands are read ---

@test "tool: short options join, values follow at once or as the next word, options stand behind operands" {
	request m 1 >one
	want=$(dealix-gate decide -n -F text one | head -n 1)
	for call in '-nFtext one' '-nF text one' 'one -n --format=text' '--dry-run one --format text' '-n -F text -- one' '-n one -F text'; do
		# shellcheck disable=SC2086
		run -0 dealix-gate decide $call
		[ "${lines[0]}" = "$want" ]
	done
}

@test "tool: a value that looks like -h or -V is a value: no verdict must ever be 0 for it" {
	for value in -h --help -V --version; do
		run --separate-stderr dealix-gate decide -n --project shop --resource "$value" --environment prod <<<"$(request m 9000)"
		[ "$status" -eq 4 ] || { echo "--resource $value: status $status"; return 1; }
		[ "$(field .resource_reference)" = "$value" ]
		run --separate-stderr dealix-gate decide -n --environment prod -k "key$value" --action "$value" <<<"$(request m 9000)"
		[ "$status" -eq 4 ] || { echo "--action $value: status $status"; return 1; }
	done
}

@test "tool: a value that is --errors is a value" {
	run -0 --separate-stderr dealix-gate decide -n --resource --errors <<<"$(request m 1)"
	[ "$(field .resource_reference)" = --errors ]
}

@test "tool: -h and -V may be joined to other letters, or the error does not send the reader back to -h" {
	run --separate-stderr dealix-gate decide -nh
	[ "$status" -eq 0 ] || [[ $stderr != *'unknown option -h; see -h'* ]] || { echo "$stderr"; return 1; }
}

@test "tool: behind -- everything is an operand" {
	request m 1 >-n
	run -0 dealix-gate decide -n -- -n
	[ "$(field .dry_run)" = true ]
	one_line 3 file_unreadable dealix-gate decide -n -- --help
	[[ $stderr == *'--help: '* ]]
	usage dealix-ledger list -- --oldest-first
	run -0 dealix-gate decide -n -- - <-n
}

@test "tool: - is standard input wherever a FILE is read" {
	request m 1 | { run -0 dealix-gate decide -n -; }
	run -0 dealix-gate decide -n -f terraform-plan - <"$ROOT/policies/demo/plan.json"
	run -0 dealix-gate policy lint - <"$ROOT/policies/default.json"
	run -0 dealix-gate policy diff - "$ROOT/policies/default.json" <"$ROOT/policies/default.json"
	run -0 dealix-gate policy set - <"$ROOT/policies/default.json"
	request m 1 >one
	run -0 dealix-gate decide -n --policy - one <"$ROOT/policies/default.json"
	request m2 1 >two
	request m3 1 | { run -0 dealix-gate decide -n one - two; [ "${#lines[@]}" -eq 3 ]; [ "$(field .resource_reference "${lines[1]}")" = m3 ]; }
}

# --- errors as JSON ---

json_error() {
	# shellcheck disable=SC2086
	run --separate-stderr "$1" $2 --nonsense --errors json
	[ "$status" -eq 2 ] && [ -z "$output" ] && [ "${#stderr_lines[@]}" -eq 1 ] &&
		[ "$(jq -r '[.schema, .error.code, .error.class] | join(" ")' <<<"$stderr")" = 'dealix.error.v1 usage invalid' ]
}
@test "tool: --errors json of every verb is one document on stderr, stdout stays empty" {
	each_verb json_error
}

@test "tool: --errors may stand before the verb and behind it; the class gives the status" {
	run -2 --separate-stderr dealix-gate --errors json nonsense
	[ "$(field .error.code "$stderr")" = usage ]
	run -3 --separate-stderr dealix-ledger --errors=json list
	[ "$(field '.error.class' "$stderr")" = unavailable ]
	make_store
	run -1 --separate-stderr dealix-ledger show 99 --errors=json
	[ "$(field '.error.class' "$stderr")" = not_found ]
	run -1 --separate-stderr dealix-ledger list --actor somebody-else --errors json
	[ "$(field '.error.class' "$stderr")" = forbidden ]
	run -2 --separate-stderr dealix-gate decide --errors json <<<'{"action":"x","resource_reference":"r","estimated_monthly_delta_usd":"-1"}'
	[ "$(field '.error.at' "$stderr")" = /estimated_monthly_delta_usd ]
	run -2 --separate-stderr dealix-gate decide --errors text <<<'{}'
	[[ $stderr == *'[field_missing]' ]]
	usage dealix-gate decide --errors xml
}

@test "tool: control characters of an operand do not reach the terminal" {
	one_line 3 file_unreadable dealix-gate decide -n "$(printf 'a\033[31m\nb')"
	[[ $stderr != *$'\033'* ]]
}
