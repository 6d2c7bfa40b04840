# fish completion for dealix-evidence
complete -c dealix-evidence -l errors -d 'errors on stderr as text or json' -x -a 'text json'
complete -c dealix-evidence -l traceparent -d 'the trace that this call belongs to' -r
complete -c dealix-evidence -l otlp -d 'send a span of this call there, OTLP over HTTP' -r
complete -c dealix-evidence -l verbose -d 'say on stderr why a span was not sent'
complete -c dealix-evidence -l help -d 'print this help' -s h
complete -c dealix-evidence -l version -d 'print the version' -s V
complete -c dealix-evidence -n __fish_use_subcommand -a add -d 'judge artifacts and keep them with their verdict'
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l kind -d 'contract that judges: a shipped kind, or a file; else it is recognised' -s k -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l level -d 'base or strict; strict when not given' -s l -x -a 'base strict'
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l param -d 'give a parameter of the contract its value' -s p -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l params -d 'parameters, one JSON object; -p wins' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l root -d 'folder that paths in artifacts start from; the default is here' -s r -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l unjudged -d 'keep the files without a verdict' -s u
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l commit -d 'commit that the evidence is about; the default is HEAD of the work tree' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l policy -d 'pin the policy: it must be the one in force' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from add' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-evidence -n __fish_use_subcommand -a attest -d 'make a signed statement about a file'
complete -c dealix-evidence -n '__fish_seen_subcommand_from attest' -l predicate-type -d 'what kind of statement is made' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from attest' -l predicate -d 'the statement, a JSON object; empty when not given' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from attest' -l sign -d 'sign with this Ed25519 key, a PEM file that only you can read' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from attest' -l commit -d 'commit that the file is about; the default is HEAD of the work tree' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from attest' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from attest' -l policy -d 'pin the policy: it must be the one in force' -s p -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from attest' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from attest' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from attest' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from attest' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-evidence -n __fish_use_subcommand -a collect -d 'run a command and keep what it prints'
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l kind -d 'contract that judges the output: a shipped kind, or a file' -s k -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l level -d 'base or strict; strict when not given' -s l -x -a 'base strict'
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l param -d 'give a parameter of the contract its value' -s p -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l params -d 'parameters, one JSON object; -p wins' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l root -d 'folder that paths in artifacts start from; the default is here' -s r -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l timeout -d 'stop the command after this long' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l name -d 'name of the artifact; the default is the command' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l no-tool-version -d 'do not run the command with --version first'
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l commit -d 'commit that the evidence is about; the default is HEAD of the work tree' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l policy -d 'pin the policy: it must be the one in force' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from collect' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-evidence -n __fish_use_subcommand -a import -d 'keep reports of other tools with a summary'
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l from -d 'junit, tap, cobertura, sarif, cyclonedx, spdx or github-settings' -s f -x -a 'artifact junit tap cobertura sarif cyclonedx spdx github-settings'
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l repository -d 'without files: ask the host for the settings of this repository' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l api -d 'base of its API; the default is https://api.github.com' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l token-file -d 'file with the token for it, which nobody else may read' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l ca-file -d 'PEM file of the authorities to trust for it' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l timeout -d 'give up after this long; 30 when not given' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l root -d 'folder that paths in artifacts start from; the default is here' -s r -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l commit -d 'commit that the evidence is about; the default is HEAD of the work tree' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l policy -d 'pin the policy: it must be the one in force' -s p -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from import' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-evidence -n __fish_use_subcommand -a list -d 'list what was recorded, newest first'
complete -c dealix-evidence -n '__fish_seen_subcommand_from list' -l format -d 'json, or text for people' -s F -x -a 'json text'
complete -c dealix-evidence -n '__fish_seen_subcommand_from list' -l limit -d 'at most this many, the newest' -s l -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from list' -l kind -d 'only artifacts of this kind' -s k -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from list' -l commit -d 'only artifacts recorded with this commit' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from list' -l verdict -d 'only artifacts whose last verdict is pass, or fail' -x -a 'pass fail'
complete -c dealix-evidence -n '__fish_seen_subcommand_from list' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from list' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from list' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from list' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-evidence -n __fish_use_subcommand -a packet -d 'compute a document from others'
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l output -d 'folder that the files are written to; of deal_closure the file for pack.json' -s o -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l level -d 'level at which the telemetry must verify: base, or strict when not given' -s l -x -a 'base strict'
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l max-age-hours -d 'how old the telemetry may be' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l require-gates -d 'end with 1 when a gate is false'
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l now -d 'captured_at or generated_at of what is made, RFC 3339; the default is the clock' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l webhook -d 'https URL that is told when a gate is false' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l webhook-ca -d 'PEM file of the authorities to trust for it' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l fail-on-webhook -d 'end with 3 when it cannot be told'
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l param -d 'give a parameter of the contract its value' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l keep -d 'keep the output in the store, as evidence' -s K
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l idempotency-key -d 'keep it once: the same again gives what it gave before' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l policy -d 'pin the policy: it must be the one in force' -s p -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from packet' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-evidence -n __fish_use_subcommand -a review -d 'check a pack in the store and note that it was reviewed'
complete -c dealix-evidence -n '__fish_seen_subcommand_from review' -l archive -d 'archive a pack that was reviewed'
complete -c dealix-evidence -n '__fish_seen_subcommand_from review' -l policy -d 'pin the policy: it must be the one in force' -s p -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from review' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from review' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from review' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from review' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-evidence -n __fish_use_subcommand -a seal -d 'pack artifacts with contracts, verdicts and entries, signed'
complete -c dealix-evidence -n '__fish_seen_subcommand_from seal' -l output -d 'the pack to write' -s o -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from seal' -l sign -d 'sign with this Ed25519 key, a PEM file that only you can read' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from seal' -l commit -d 'take everything recorded with this commit; HEAD is the one checked out' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from seal' -l title -d 'title of the pack' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from seal' -l type -d 'type of the pack; release_evidence when not given' -x -a 'deal_closure compliance_audit quarterly_review incident_response board_report release_evidence'
complete -c dealix-evidence -n '__fish_seen_subcommand_from seal' -l stage -d 'stage it belongs to: pre_approval or final; of a trace by itself when not given' -x -a 'pre_approval final'
complete -c dealix-evidence -n '__fish_seen_subcommand_from seal' -l trace -d 'trace that it belongs to; the default is that of the call' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from seal' -l policy -d 'pin the policy: it must be the one in force' -s p -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from seal' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from seal' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from seal' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from seal' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-evidence -n __fish_use_subcommand -a show -d 'show an artifact: where it came from, what was said of it'
complete -c dealix-evidence -n '__fish_seen_subcommand_from show' -l format -d 'json, or text for people' -s F -x -a 'json text'
complete -c dealix-evidence -n '__fish_seen_subcommand_from show' -l raw -d 'write the artifact itself, byte for byte' -s r
complete -c dealix-evidence -n '__fish_seen_subcommand_from show' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from show' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from show' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-evidence -n '__fish_seen_subcommand_from show' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
