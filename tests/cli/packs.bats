# Packs of a deal that was won, and packs reviewed (release-gates page 12).
load ../lib

TRACE=0f6d1c2b3a4958677584930211abcdef

scene() {
	echo '{"tenant_id":"default","deal_id":"d1","from":"proposal","to":"closed_won","at":"2026-04-17T10:00:00Z","transition_id":"tr-1","trace_id":"'$TRACE'"}' >event.json
	mkdir sections
	echo '{"id":"d1","tenant_id":"default","title":"Platform","value":123456789012.3456,"stage":"closed_won","currency":"SAR"}' >sections/deal.json
	echo '{"id":"l7","tenant_id":"default","name":"Nora"}' >sections/lead.json
	for s in activities messages consents decisions; do echo '[]' >sections/$s.json; done
	echo '[{"id":"a1","action":"discount","status":"approved"},{"id":"a2","action":"discount","status":"approved","tenant_id":"other"}]' >sections/approvals.json
}
close() { dealix-evidence packet deal_closure event.json "${1:-sections=sections}" "${@:2}"; }
edit() { jq -c "$2" "$1" >"$1.new" && mv "$1.new" "$1"; }
entries() { dealix-ledger list | jq -c "select(.event == \"$1\")" | wc -l; }

@test "deal closure: the page's answer, and a pack.json that verifies" {
	run -0 --separate-stderr close sections=sections -o pack.json
	[ "$(jq -c 'del(.evidence_pack_id, .hash)' <<<"$output")" = '{"complete":true,"contents_count":7,"deal_id":"d1","status":"evidence_pack_assembled"}' ]
	answer=$output
	[ "$(jq -c '[.pack_type, .entity_type, .entity_id, .trace_id, .stage, .status, .tenant_id]' pack.json)" = '["deal_closure","deal","d1","'$TRACE'","final","ready","default"]' ]
	[ "$(jq -r '.id, .hash' pack.json)" = "$(jq -r '.evidence_pack_id, .hash' <<<"$answer")" ]
	[ "$(jq -c '[.contents[].type]' pack.json)" = '["deal","lead","activities","messages","approvals","decisions","consents"]' ]
	# Amounts keep their digits, and rows of other tenants are not there.
	[ "$(jq -r '.contents[0].data.value' pack.json)" = 123456789012.3456 ]
	[ "$(jq -c '.contents[4].data | [.count, .items[].id]' pack.json)" = '[1,"a1"]' ]
	run -0 --separate-stderr dealix-verify pack.json
	[ "$(field '.valid and .stored_hash == .computed_hash')" = true ]
}

@test "deal closure: only a deal that is won from another stage has a pack" {
	for to in new negotiation proposal closed_lost; do
		jq -c ".to = \"$to\"" event.json >e.json
		run -0 --separate-stderr dealix-evidence packet deal_closure e.json sections=sections
		[ "$output" = '{"deal_id":"d1","status":"evidence_pack_not_due"}' ]
	done
	edit event.json '.from = "closed_won"'
	run -0 --separate-stderr close
	[ "$(field .status)" = evidence_pack_not_due ]
	[ ! -e .dealix ]
}

@test "deal closure: a repeat gives the first pack; closed again it has a second one that names the first" {
	close >first
	run -0 --separate-stderr close
	[ "$output" = "$(cat first)" ]
	[[ $stderr == *replayed* ]]
	[ "$(entries pack_sealed)" -eq 1 ]
	edit event.json '.at = "2026-04-18T10:00:00Z"'
	one_line 1 idempotency_key_reused close
	edit event.json '.transition_id = "tr-2"'
	run -0 --separate-stderr close sections=sections -o second.json
	[ "$(jq -r .metadata.previous_pack_id second.json)" = "$(jq -r .evidence_pack_id first)" ]
	[ "$(entries pack_sealed).$(entries evidence_pending)" = 2.0 ]
}

@test "deal closure: of callers at once one makes the pack" {
	close >/dev/null
	edit event.json '.transition_id = "tr-9"'
	for i in 1 2 3 4 5; do close >"out.$i" 2>/dev/null & done
	wait
	[ "$(cat out.? | sort -u | wc -l)" -eq 1 ]
	[ "$(entries pack_sealed)" -eq 2 ]
}

@test "deal closure: what is absent stands there as absent" {
	rm sections/lead.json sections/messages.json
	run -0 --separate-stderr close sections=sections -o pack.json
	[ "$(field .contents_count)" -eq 7 ]
	[ "$(jq -c '[.contents[] | select(.absent) | .type, .data]' pack.json)" = '["lead",null,"messages",null]' ]
	edit event.json '.transition_id = "tr-2"'
	run -0 --separate-stderr close sections=sections lead=<(echo '{"id":"l7","tenant_id":"other"}') -o pack.json
	[ "$(jq -c '.contents[1].absent' pack.json)" = true ]
}

@test "deal closure: a deal of another tenant, or another deal, is not found" {
	edit sections/deal.json '.tenant_id = "other"'
	one_line 1 deal_not_found close
	edit sections/deal.json '.tenant_id = "default" | .id = "d2"'
	one_line 1 deal_not_found close
	edit sections/deal.json 'del(.tenant_id) | .id = "d1"'
	one_line 1 deal_not_found close
	rm sections/deal.json
	one_line 1 deal_not_found close
	one_line 1 deal_not_found close sections=sections -t shop
	[ ! -e .dealix ]
}

@test "deal closure: approvals that are required and missing leave it incomplete, and no final pack" {
	edit sections/deal.json '.required_approvals = ["discount", "legal"]'
	echo '[{"decision_id":"x1","decision":"REQUIRE_APPROVAL"},{"decision_id":"x2","approval_required":false}]' >sections/decisions.json
	run -4 --separate-stderr close sections=sections -o pack.json
	[ "$(jq -c '[.complete, .missing_approvals]' <<<"$output")" = '[false,["legal","x1"]]' ]
	[[ $stderr == *"[pack_approval_missing]" ]]
	[ "$(jq -c '[.complete, .stage]' pack.json)" = '[false,"pre_approval"]' ]
	run -0 --separate-stderr dealix-verify pack.json
	run -4 --separate-stderr close
	echo '[{"id":"a1","action":"discount","status":"approved"},{"id":"legal","status":"approved"},{"id":"a3","decision_id":"x1","status":"approved"}]' >sections/approvals.json
	edit event.json '.transition_id = "tr-2"'
	run -0 --separate-stderr close
	echo '[{"id":"a1","action":"discount","status":"pending"}]' >sections/approvals.json
	edit event.json '.transition_id = "tr-3"'
	run -4 --separate-stderr close
	[ "$(field '.missing_approvals | length')" -eq 3 ]
}

@test "deal closure: what is required is understood or refused, and in doubt somebody was asked" {
	for required in '"legal"' '{"legal":true}' '[["legal"]]' '[null]' true; do
		edit sections/deal.json ".required_approvals = $required"
		refused 2 field_invalid close
	done
	edit sections/deal.json '.required_approvals = null'
	n=0
	for row in '"decision":"require_approval"' '"approval_required":"true"' '"approval_required":1' '"approval_required":{}'; do
		echo "[{\"decision_id\":\"x1\",$row}]" >sections/decisions.json
		edit event.json ".transition_id = \"t-$((n += 1))\""
		run -4 --separate-stderr close
		[ "$(jq -c .missing_approvals <<<"$output")" = '["x1"]' ]
	done
	echo '[{"decision_id":"x1","decision":"ALLOW","approval_required":null}]' >sections/decisions.json
	edit event.json '.transition_id = "t-0"'
	run -0 --separate-stderr close
}

@test "deal closure: what keeps a pack from being assembled is left in the ledger, where a gate sees it" {
	echo '{' >sections/messages.json
	run -2 --separate-stderr close
	[ -z "$output" ]
	[ "$(dealix-ledger list | jq -c 'select(.event == "evidence_pending") | [.subject.id, .details.reason, .details.trace_id]')" = '["deal-close:default:d1:tr-1","json_invalid","'$TRACE'"]' ]
	echo '[7]' >sections/messages.json
	one_line 2 field_invalid close
	echo '[]' >sections/messages.json
	one_line 3 file_unreadable close sections=nowhere
	edit sections/deal.json 'del(.currency)'
	one_line 2 field_invalid close
	[ "$(entries evidence_pending).$(entries pack_sealed)" = 4.0 ]
	edit sections/deal.json '.currency = "SAR"'
	run -0 --separate-stderr close
}

@test "deal closure: events that are none are refused before anything is written" {
	for change in '.to = "won"' '.from = "old"'; do
		one_line 2 bad_stage dealix-evidence packet deal_closure sections=sections < <(jq -c "$change" event.json)
	done
	for change in 'del(.deal_id)' '.transition_id = ""' '.deal_id = "a:b"' '.at = "today"' '.trace_id = "mine"' '.extra = 1' '.tenant_id = 7' "[.]" \
		".deal_id = \"$(printf 'x%.0s' {1..101})\"" '.trace_id = "00000000000000000000000000000000"'; do
		one_line 2 field_invalid dealix-evidence packet deal_closure sections=sections < <(jq -c "$change" event.json)
	done
	one_line 2 input_empty dealix-evidence packet deal_closure sections=sections </dev/null
	one_line 2 tenant_invalid dealix-evidence packet deal_closure sections=sections < <(jq -c '.tenant_id = "A B"' event.json)
	usage dealix-evidence packet deal_closure event.json event=event.json
	usage dealix-evidence packet deal_closure event.json leads=x
	[ ! -e .dealix ]
}

@test "deal closure: sections as one JSON object, and single ones by name" {
	jq -n '{deal: $deal[0], lead: {}, approvals: []}' --slurpfile deal sections/deal.json >all.json
	run -0 --separate-stderr close sections=all.json approvals=sections/approvals.json -o pack.json
	[ "$(jq -c '[.contents[] | select(.absent) | .type]' pack.json)" = '["activities","messages","decisions","consents"]' ]
	edit event.json '.transition_id = "tr-2"'
	edit all.json '.other = 1'
	one_line 2 field_invalid close sections=all.json
}

@test "pack.json: hash covers everything but status and review" {
	close sections=sections -o pack.json >/dev/null
	for change in '.status = "archived"' '.reviewed_by = "omar" | .reviewed_at = "2026-04-18T00:00:00Z" | .status = "reviewed"'; do
		run -0 --separate-stderr dealix-verify - < <(jq -c "$change" pack.json)
	done
	for change in '.title = "Other"' '.trace_id = "1"' '.tenant_id = "other"' '.stage = "pre_approval"' '.metadata.from = "new"' '.complete = false'; do
		run -1 --separate-stderr dealix-verify - < <(jq -c "$change" pack.json)
		[ "$(field '[.valid, .reason, .stored_hash != .computed_hash] | tostring')" = '[false,"pack_hash",true]' ]
	done
	for change in '.contents[0].data.value = "1"' '.contents[4].data.count = 9'; do
		hash=$(dealix-verify - < <(jq -c "$change" pack.json) | jq -r .computed_hash)
		run -1 --separate-stderr dealix-verify - < <(jq -c "$change | .hash = \"$hash\"" pack.json)
		[ "$(field .reason)" = pack_item_hash ]
	done
	run -2 --separate-stderr dealix-verify - < <(jq -c '.status = "lost"' pack.json)
}

@test "review: a pack is found by id or digest, and whoever assembled it does not review it" {
	id=$(close | jq -r .evidence_pack_id)
	digest=$(dealix-ledger list | jq -r 'select(.event == "pack_sealed") | .details.pack_sha256')
	one_line 1 pack_self_review dealix-evidence review "$id"
	one_line 1 pack_self_review dealix-evidence review "$digest"
	one_line 1 pack_self_review dealix-evidence review "${digest:0:8}"
	for none in "${digest:0:7}" 0123456789abcdef 11111111-2222-7333-8444-555555555555 "$id'" ../x; do
		one_line 1 pack_not_found dealix-evidence review "$none"
	done
	one_line 1 pack_bad_transition dealix-evidence review --archive "$id"
	rm -r .dealix
	one_line 1 pack_not_found dealix-evidence review "$id"
	usage dealix-evidence review
	[ ! -e .dealix ]
}

# as_other COMMAND...: as another user, with the same store
as_other() { setpriv --reuid 65534 --regid 65534 --clear-groups env HOME="$SCRATCH/home" "$@"; }

@test "review: ready, reviewed by somebody else, archived, and never back" {
	[ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null || skip "another user needs root and setpriv"
	jq -n --arg me "$(id -un)" '{schema:"dealix.principals.v1",tenant_id:"default",principals:[{id:"ana",role:"owner",os_users:[$me]},
		{id:"omar",role:"member",os_users:["nobody"]}]}' >people.json
	id=$(close sections=sections --principals people.json -o pack.json | jq -r .evidence_pack_id)
	cp "$(command -v dealix-evidence)" ./evidence
	chmod 755 . evidence
	chown -R 65534:65534 .dealix
	as_other true 2>/dev/null || skip "no other user here"
	run -0 --separate-stderr as_other ./evidence review "$id"
	[ "$(jq -c '[.status, .reviewed_by, .assembled_by]' <<<"$output")" = '["reviewed","omar","ana"]' ]
	[ "$(jq -c 'del(.status, .reviewed_by, .reviewed_at)' <<<"$output")" = "$(jq -c 'del(.status)' pack.json)" ]
	run -0 --separate-stderr dealix-verify - <<<"$output"
	run -1 --separate-stderr as_other ./evidence review "$id"
	[[ $stderr == *"[pack_bad_transition]" ]]
	run -0 --separate-stderr as_other ./evidence review --archive "$id"
	[ "$(jq -c '[.status, .reviewed_by]' <<<"$output")" = '["archived","omar"]' ]
	for again in "" --archive; do
		run -1 --separate-stderr as_other ./evidence review $again "$id"
		[[ $stderr == *"[pack_bad_transition]" ]]
	done
	chown -R 0:0 .dealix
	[ "$(entries pack_reviewed)" -eq 2 ]
}

@test "review: a pack whose sources the store has lost is refused" {
	openssl genpkey -algorithm ed25519 -out key.pem 2>/dev/null
	chmod 600 key.pem
	echo hello >note.txt
	sha=$(dealix-evidence add -u note.txt | jq -r .sha256)
	id=$(dealix-evidence seal -o p.zip --sign key.pem "$sha" | jq -r .id)
	one_line 1 pack_self_review dealix-evidence review "$id"
	KEEP_DAMAGED=1
	python3 - "$sha" <<-'PY'
		import sqlite3, sys
		db = sqlite3.connect(".dealix/store.db")
		for (name,) in db.execute("select name from sqlite_master where type = 'trigger'").fetchall():
		    db.execute(f'drop trigger "{name}"')
		db.execute("delete from ledger_payload where sha256 = ?", (bytes.fromhex(sys.argv[1]),))
		db.commit()
	PY
	one_line 1 pack_source_gone dealix-evidence review "$id"
}
