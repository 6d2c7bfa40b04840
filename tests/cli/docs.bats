load ../lib

# Documents (release-gates page 13.2): each code with a document that trips exactly it and one that does not.

scene() {
	mkdir -p docs/governance src d
	echo '# Charter' >CHARTER.md
	printf '# The other page\n\n## Second part\n\n<a id="here"></a>\n' >docs/other.md
	printf 'struct engine { int x; };\ntypedef struct { int y; } WaterFall;\n' >src/engine.c
	printf 'CREATE TABLE IF NOT EXISTS public.orders (id int);\n' >src/schema.sql
	jq -n '{schema: "dealix.register.v1", name: "r", as_of: "2026-11-01", rows: [["engine", "Production", "A"], ["rocket", "Target", "A"], ["active directory", "Watch", "A"],
		["ledger", "Target", "A"], ["ledger", "Partial", "B"]] | map({id: "\(.[0])\(.[2])", component: .[0], status: .[1], plane: .[2], owner: "o", audited_at: "2026-11-01"})}' >register.json
	jq -n '{terms: [{term: "release gate", banned: ["gatekeeper", "gate"]}, {term: "ledger", term_ar: "سجل", banned: ["journal", "دفتر"]}]}' >glossary.json
}

# doc STATUS CODES: what docs/x.md (standard input) gives
doc() {
	local want=$1 codes=$2
	shift 2
	cat >docs/x.md
	run -"$want" --separate-stderr dealix-verify docs -C . "$@" docs/x.md
	[ "$(field '[.findings[].code] | unique | join(" ")')" = "$codes" ] || { echo "want '$codes': $output"; return 1; }
	[ "$(field '[.of, (.checks | length)] | join(" ")')" = '6 6' ]
	[ "$(field '.passed + ([.checks[] | select(. == "FAIL")] | length)')" = 6 ]
}

# trips CODE [OPTION...] -- TEXT...: each text, a document of its own, gives that code and no other; silent [OPTION...] -- TEXT...: none does
each() {
	local n=0 options=() codes=$1 text
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	mkdir docs/t
	for text in "$@"; do
		n=$((n + 1))
		printf '%s\n' "${text//OTHER/..\/other.md}" >docs/t/$n.md
	done
	run --separate-stderr dealix-verify docs -C . "${options[@]}" docs/t
	[ "$status" -eq "$([ -n "$codes" ] && echo 1 || echo 0)" ] || { echo "$status $stderr $output"; return 1; }
	jq -r '.findings[] | "\(.file) \(.code)"' <<<"$output" | sort -u >found
	n=0
	for text in "$@"; do
		n=$((n + 1))
		[ -z "$codes" ] || echo "docs/t/$n.md $codes"
	done | sort >wanted
	diff wanted found || { echo "$output"; return 1; }
	rm -r docs/t
}
trips() { each "$@"; }
silent() { each '' "$@"; }

@test "docs: the page's example: a dangling link, with file, line and target" {
	mkdir -p docs/governance
	{ printf 'See the [charter](../../CHARTER.md).\n'; for i in $(seq 2 11); do echo; done; echo 'and [that](y.md)'; } >docs/governance/x.md
	run -1 --separate-stderr dealix-verify docs --root .
	[ "$(field '.checks | tojson')" = '{"ambiguous":"PASS","code_refs":"PASS","dangling":"FAIL","naming":"PASS","overclaim":"PASS","paths":"PASS"}' ]
	[ "$(field '[.passed, .of] | join("/")')" = 5/6 ]
	[ "$(field '.findings | map({code, file, line, target}) | tojson')" = '[{"code":"doc_dangling","file":"docs/governance/x.md","line":12,"target":"y.md"}]' ]
}

@test "docs: links that hold: files, folders, anchors, references, images, of the site, of others" {
	doc 0 '' <<'MD'
[a](other.md) [b](./other.md#second-part) [c](/src/engine.c) [d](../src) [e](../src/engine.c#L1-L2) ![f](<other.md> "title")
[g](#own-heading) [h](other.md#here) [i](https://example.org/none.md) [j](mailto:a@b.c) [k](../../issues) [l][ref] [m](other.md 'x')
<a href="other.md">n</a> <https://example.org> [o](#own-heading-1) [p](other%2Emd) \[q](none.md) `[r](none.md)` [s](#top)
text with x[i][1] and [options][files] and [y](other.md "a (b) c")

[ref]: other.md "A title"

<!-- [hidden](none.md) -->

```
[not](a-link.md)
```

# Own heading
# Own `heading`
MD
}

@test "docs: links that lead nowhere: doc_dangling" {
	mkfifo docs/pipe
	ln -s /etc/passwd docs/out.md
	trips doc_dangling -- '[a](none.md)' '[a](OTHER#none)' '[a](#none)' '[a](../../../etc/passwd)' '![a](none.png)' '[a](<none.md>)' '<img src="none.png">' '[x]: none.md' \
		'[a](/none.md)' '[a b][undefined]' '[Smith][1]' '[a](OTHER/x)' 'See none.md for more.' '[a [b](none.md)](OTHER)' '> - [a](none.md)' '| [a](none.md) |' \
		'1. [a](none.md "t")' '[a](none.md\))' '[a](../pipe)' '[a](../out.md)'
	doc 1 doc_dangling <<<'[a](none.md)'
	[ "$(field '.checks.dangling')" = FAIL ]
}

@test "docs: documents named in the text" {
	doc 0 '' <<<'See other.md, docs/other.md, (CHARTER.md) and https://example.org/none.md or a@none.md; *.md too, and CHARTER.md/other.md.'
	doc 1 doc_dangling <<<"The HISTORY.md's end."
}

@test "docs: anchors as GitHub makes them" {
	cat >docs/other.md <<'MD'
# Hello, World!
## `code` & _emphasis_ *x*
### snake_case name
Set
===
## 日本語 — x
## Hello, World!
## النظام الأول
## [link](CHARTER.md) text
## Trailing ##
## C#
MD
	cp CHARTER.md docs/
	doc 0 '' <<<'[a](other.md#hello-world) [b](other.md#code--emphasis-x) [c](other.md#snake_case-name) [d](other.md#set) [e](other.md#日本語--x) [f](other.md#hello-world-1) [g](other.md#النظام-الأول) [h](other.md#link-text) [i](other.md#trailing) [j](other.md#c) [k](other.md#Hello-World)'
	doc 1 doc_dangling <<<'[a](other.md#hello-world-2)'
}

@test "docs: governance documents link to the charter: doc_no_parent" {
	echo 'text' >docs/governance/a.md
	run -1 --separate-stderr dealix-verify docs -C .
	[ "$(field '.findings[] | [.code, .file] | join(" ")')" = 'doc_no_parent docs/governance/a.md' ]
	echo '[up](../../CHARTER.md)' >docs/governance/a.md
	run -0 dealix-verify docs -C .
	run -1 --separate-stderr dealix-verify docs -C . --charter docs/other.md
	[ "$(field '.findings[].code')" = doc_no_parent ]
	refused 3 file_unreadable dealix-verify docs -C . --charter none.md
	rm CHARTER.md
	echo text >docs/governance/a.md
	run -1 --separate-stderr dealix-verify docs -C .
	[ "$(field '.findings[].code')" = doc_no_parent ]
}

@test "docs: overclaim: a line or a sentence that joins a Target or Watch component with one of seven words" {
	for word in production deployed live active configured enforced working; do
		set -- "$@" "The rocket is $word."
	done
	trips doc_overclaim -- "$@" 'The `rocket` is **live**.' $'The rocket\nis live.' 'ROCKET: Live' '| rocket | live |' '- rocket, production-ready' '# Live rocket' \
		$'> the rocket is\n> deployed' 'The rocket flies. It is live.'
	silent -- 'The rocket is not live.' 'The rocket is nowhere near; the engine is fine.' 'The rocket isn’t deployed.' 'The ledger is live.' 'The engine is live.' \
		'The active directory is watched.' 'The rocketeer is live.' 'rocket-fuel is live' 'rocket.json is configured' 'The rocket is deployment.' $'The rocket flies.\n\nIt is live.' \
		'non-production rocket' 'The rocket is Target. The engine is live.' '<!-- rocket is live -->' $'```\nrocket is live\n```'
	jq '(.rows[] | select(.component == "rocket")) += {allows: ["configured"]}' register.json >r.json
	silent --register r.json -- 'The rocket is configured.'
	trips doc_overclaim --register r.json -- 'The rocket is enforced.'
	doc 1 doc_overclaim <<<'The rocket is live.'
	[ "$(field '.findings[0].target')" = rocket ]
}

@test "docs: paths resolve from the root, none is absolute or leads out: doc_path" {
	echo x >docs/governance/a.md
	trips doc_path -- '`src/none.c`' '`/etc/passwd`' '`/usr/local/bin/x`' '`../outside.c`' '`src/../../x`' '`lib/none.c`' 'run `cat src/none.c now`' $'```\ncat /home/me/x\n```' \
		$'```\ncat src/none.c\n```' $'text\n\n    cat src/none.c' '`./src/none.c`' '`a:/etc/passwd`'
	silent -- '`src/engine.c`' '`./src/engine.c`' '`src/engine.c:12`' '`src/`' '`docs/../src/engine.c`' '`application/json`' '`and/or`' '`/v1/users`' '`GET /home`' '`src/*.c`' \
		'`src/<name>.c`' '`$HOME/x`' '`make install PREFIX=/usr/local`' '`https://x.org/src/none.c`' '`github.com/a/b.go`' '`~/.config/x`' '`build/none`' '`s/a/b/`' '`/dev/null`' \
		$'```\ncd src && ../configure\n```' '`path/to/file.json`' '`src/none.c\`' $'```sh\ncurl -o lib/none.c x\n```'
	doc 1 doc_path <<<'`governance/a.md`'
	[[ $(field '.findings[0].detail') == *'write docs/governance/a.md'* ]]
}

@test "docs: one term a concept: doc_name" {
	doc 1 doc_name <<<'The gatekeeper opens.'
	[ "$(field '.findings[0].detail')" = '"gatekeeper" is written for "release gate"' ]
	trips doc_name -- 'هذا الدفتر جديد' '| a | journal |' 'the gate' '# Gatekeeper'
	silent -- 'A release gate opens.' 'A release **gate** opens.' '`gatekeeper`' 'gates' 'the aggregate' $'```\ngatekeeper\n```' '[x](OTHER "gatekeeper")'
	rm glossary.json
	doc 0 '' <<<'The gatekeeper opens.'
	[[ $(field '.notes[]') == *glossary* ]]
	doc 1 '' --strict <<<'The gatekeeper opens.'
}

@test "docs: files, tables and types that code spans name: doc_code_ref" {
	trips doc_code_ref -- '`none.c`' '`None.json`' 'the `invoices` table' 'table `invoices`' 'the type `NoneSuch`' '`struct none`' '`none_t` type'
	silent -- '`engine.c`' '`Node.js`' '`.md`' '`foo.c`' 'the `orders` table' '`struct engine`' 'the `WaterFall` type' 'type `string`' '`size_t` type' '`none`' '`a.b.c`' \
		$'```\nnone.c\n```' 'type `uint8_t`' '`1.2.3`'
	rm src/schema.sql
	silent -- 'the `invoices` table below'
}

@test "docs: what is to come without a status: doc_ambiguous" {
	trips doc_ambiguous -- 'It will be there.' $'It will\nbe there.' 'Better when added.' 'In the future.' '- planned' '| x | planned |' '## Future' '**Will** be'
	silent -- 'Target: it will be there.' $'It will be there.\nStatus: `Pilot`' '| x | planned | Target |' 'futures' '`will be`' $'```\nwill be\n```' '<!-- planned -->' \
		'It is there.' 'Planned (Watch).'
	doc 1 doc_ambiguous <<<$'Target.\n\nIt will be there.'
	[ "$(field '.findings[0].line')" = 3 ]
}

@test "docs: an exception has the line's hash and an end" {
	line='It will be there.'
	hash=$(printf %s "$line" | sha256sum | cut -c 1-64)
	except() { jq -n --arg h "$hash" --arg t "$1" --arg c "$2" '{exceptions: [{file: "docs/x.md", code: $c, line_sha256: $h, expires_at: $t, reason: "told"}]}' >ex.json; }
	except 2026-12-01T00:00:00Z doc_ambiguous
	doc 0 '' --exceptions ex.json --now 2026-11-30T00:00:00Z <<<"$line"
	doc 1 doc_ambiguous --exceptions ex.json --now 2026-12-01T00:00:00Z <<<"$line"
	[[ $(field '.findings[0].detail') == *expired* ]]
	except 2026-12-01T00:00:00Z doc_path
	doc 1 doc_ambiguous --exceptions ex.json --now 2026-11-30T00:00:00Z <<<"$line"
	echo '{"exceptions":[{"line_sha256":"x","expires_at":"2026-12-01","reason":"r"}]}' >ex.json
	refused 2 field_invalid dealix-verify docs -C . --exceptions ex.json
}

@test "docs: every format says the same" {
	printf 'a\n[x](no%%0a::,&<>"#.md) It will be.\n' >docs/x.md
	for format in json ndjson text tap junit sarif github; do
		run -1 dealix-verify docs -C . -F $format docs/x.md
		[[ $output == *doc_dangling* && $output == *doc_ambiguous* ]] || { echo "$format $output"; return 1; }
	done
	run -1 dealix-verify docs -C . -F github docs/x.md
	[[ ${lines[0]} == '::error file=docs/x.md,line=2,title=doc_'* ]]
	run -1 dealix-verify docs -C . -F text docs/x.md
	[[ ${lines[-1]} == '4/6 checks passed over 1 documents' ]]
	[[ $output == *'[FAIL] dangling'*'[PASS] overclaim'* ]]
	dealix-verify docs -C . -F sarif docs/x.md | jq -e '.runs[0].results[0].locations[0].physicalLocation.region.startLine == 2' >/dev/null
	[ "$(dealix-verify docs -C . -F tap docs/x.md | grep -c '^\(not \)\?ok')" -eq 6 ]
}

@test "docs: which documents: all but those of others' code, or those that are named" {
	mkdir -p node_modules/a vendor .hidden .github build
	for f in node_modules/a/x.md vendor/x.md .hidden/x.md build/x.md; do echo '[a](none.md)' >$f; done
	run -0 --separate-stderr dealix-verify docs -C .
	[ "$(field .documents)" = 2 ]
	echo '[a](none.md)' >.github/x.md
	run -1 dealix-verify docs -C .
	run -0 dealix-verify docs -C . docs
	run -1 dealix-verify docs -C . ./vendor/
	run -1 --separate-stderr dealix-verify docs -C . none.md
	[ "$(field .documents)" = 0 ]
	rm .github/x.md
	git init -q . && cd d
	run -0 dealix-verify docs
}

@test "docs: hostile glossaries, registers and documents are refused or read, none crashes or lingers" {
	for text in '' '[]' '{}' '{"terms":1}' '{"terms":[{"term":"a"}]}' '{"terms":[{"term":"a","banned":["*"]}]}' '{"terms":[],"x":1}' '{"schema":"dealix.glossary.v2","terms":[]}'; do
		echo "$text" >g.json
		run -2 dealix-verify docs -C . --glossary g.json
		run -2 dealix-verify docs -C . --register g.json
	done
	refused 3 file_unreadable dealix-verify docs -C . --glossary none.json
	refused 3 file_unreadable dealix-verify docs -C none
	iconv -t UTF-16 <<<'It will be there.' >docs/x.md
	refused 3 file_unreadable dealix-verify docs -C .
	head -c 17000000 /dev/zero >docs/x.md
	run dealix-verify docs -C .
	[ "$status" -eq 1 ] || [ "$status" -eq 3 ]
	rm docs/x.md
	times() { head -c "$2" < <(yes "$1" | tr -d '\n'); }
	local n=0
	for pattern in '[' '](' '[a](b "' '[](a (' '>' '+ ' '1. ' '`' '` ' 'a <!-- ' '<!-- -->' '<' '<a href=' '<a id="' '|' '_' '*a ' '\' '`a/b.c` ' 'will be ' '&' '# ' '[a b][c] ' '~'; do
		n=$((n + 1))
		times "$pattern" 500000 >docs/h$n.md
		{ times "$pattern" 250000 | sed 's/.\{40\}/&\n/g'; echo; } >>docs/h$n.md
	done
	for i in $(seq 300); do printf '%*s ' "$i" '' | tr ' ' '`'; done >docs/ticks.md
	printf '%0100000d\n' 0 | sed 's/0/[/g; s/$/x/' >docs/deep.md
	printf '%0100000d\n' 0 | sed 's/0/>/g; s/$/x/' >docs/quotes.md
	head -c 10000000 /dev/zero | tr '\0' a >docs/line.md
	head -c 300000 /dev/urandom >docs/binary.md
	printf 'It will\0 be \xff\r\n[a](other.md)\r\n' >docs/crlf.md
	run timeout 60 dealix-verify docs -C .
	[ "$status" -eq 1 ]
	run -1 --separate-stderr dealix-verify docs -C . docs/crlf.md
	[ "$(field '[.findings[].code] | join(" ")')" = doc_ambiguous ]
}

@test "docs: the project's own documents agree" {
	run --separate-stderr dealix-verify docs -C "$ROOT"
	[ "$status" -eq 0 ] || { field '.findings[]'; return 1; }
	[ "$(field .documents)" -ge 4 ]
}
