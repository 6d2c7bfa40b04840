# fish completion for dealix-verify
complete -c dealix-verify -l errors -d 'errors on stderr as text or json' -x -a 'text json'
complete -c dealix-verify -l traceparent -d 'the trace that this call belongs to' -r
complete -c dealix-verify -l help -d 'print this help' -s h
complete -c dealix-verify -l version -d 'print the version' -s V
complete -c dealix-verify -n __fish_use_subcommand -a evidence -d 'judge artifacts by their contracts'
complete -c dealix-verify -n '__fish_seen_subcommand_from evidence' -l kind -d 'contract: a shipped kind, or a file; the default is to recognise it' -s k -r
complete -c dealix-verify -n '__fish_seen_subcommand_from evidence' -l level -d 'base or strict; the default is strict' -s l -x -a 'base strict'
complete -c dealix-verify -n '__fish_seen_subcommand_from evidence' -l now -d 'judge as of this RFC 3339 time; the default is the clock' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from evidence' -l root -d 'what paths in artifacts are relative to; the default is here' -s r -r
complete -c dealix-verify -n '__fish_seen_subcommand_from evidence' -l param -d 'parameter of the contract' -s p -r
complete -c dealix-verify -n '__fish_seen_subcommand_from evidence' -l params -d 'parameters as one JSON object' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from evidence' -l principals -d 'ask who vouches: one of these people has signed each artifact' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from evidence' -l trust -d 'with --principals: envelopes by the public keys in this PEM file count too' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from evidence' -l format -d 'json, ndjson, text, sarif, junit, tap or github' -s F -x -a 'json ndjson text sarif junit tap github'
complete -c dealix-verify -n __fish_use_subcommand -a contract
complete -c dealix-verify -n '__fish_seen_subcommand_from contract' -a lint -d 'look over evidence contracts'
complete -c dealix-verify -n '__fish_seen_subcommand_from contract; and __fish_seen_subcommand_from lint' -l format -d 'how to answer: text or json' -s F -x -a 'text json'
complete -c dealix-verify -n '__fish_seen_subcommand_from contract; and __fish_seen_subcommand_from lint' -l strict -d 'count warnings as errors'
complete -c dealix-verify -n '__fish_seen_subcommand_from contract' -a test -d 'run the test documents of contracts'
complete -c dealix-verify -n '__fish_seen_subcommand_from contract; and __fish_seen_subcommand_from test' -l format -d 'how to answer: text, json, tap or junit' -s F -x -a 'text json tap junit'
complete -c dealix-verify -n '__fish_seen_subcommand_from contract; and __fish_seen_subcommand_from test' -l min-coverage -d 'fail below this coverage of rule ids, 0 to 100' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from contract' -a list -d 'list the contracts that are shipped'
complete -c dealix-verify -n '__fish_seen_subcommand_from contract; and __fish_seen_subcommand_from list' -l format -d 'how to answer: text, or json, one contract a line' -s F -x -a 'text json'
complete -c dealix-verify -n '__fish_seen_subcommand_from contract' -a show -d 'print a contract that is shipped'
complete -c dealix-verify -n __fish_use_subcommand -a pack -d 'check evidence packs: signature, digests, verdicts, entries'
complete -c dealix-verify -n '__fish_seen_subcommand_from pack' -l format -d 'json, or text for people' -s F -x -a 'json text'
complete -c dealix-verify -n '__fish_seen_subcommand_from pack' -l trust -d 'trust the public keys in this PEM file' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from pack' -l threshold -d 'different trusted keys that must have signed; 1 when not given' -r
complete -c dealix-verify -n __fish_use_subcommand -a register -d 'hold a truth register against its evidence and its claims'
complete -c dealix-verify -n '__fish_seen_subcommand_from register' -l format -d 'json, ndjson, text, sarif, junit, tap or github' -s F -x -a 'json ndjson text sarif junit tap github'
complete -c dealix-verify -n '__fish_seen_subcommand_from register' -l root -d 'folder that evidence is in; the default is the top of the work tree, else here' -s C -r
complete -c dealix-verify -n '__fish_seen_subcommand_from register' -l results -d 'results that tests and checks are looked up in: TAP, JUnit, or what a gate printed' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from register' -l strict -d 'ambiguous verdicts and warnings fail, too'
complete -c dealix-verify -n '__fish_seen_subcommand_from register' -l record -d 'write the verdict to the ledger; the caller is the auditor'
complete -c dealix-verify -n '__fish_seen_subcommand_from register' -l now -d 'judge as of this RFC 3339 time; the default is the clock; not with --record' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from register' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from register' -l policy -d 'pin the policy: it must be the one in force' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from register' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from register' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from register' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-verify -n '__fish_seen_subcommand_from register' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-verify -n __fish_use_subcommand -a docs -d 'check that documents agree with each other and with what is there'
complete -c dealix-verify -n '__fish_seen_subcommand_from docs' -l format -d 'json, ndjson, text, sarif, junit, tap or github' -s F -x -a 'json ndjson text sarif junit tap github'
complete -c dealix-verify -n '__fish_seen_subcommand_from docs' -l root -d 'folder of the documents; the default is the top of the work tree, else here' -s C -r
complete -c dealix-verify -n '__fish_seen_subcommand_from docs' -l register -d 'register that says how far each component is; the default is a register.json of the root' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from docs' -l glossary -d 'terms and the words they replace; the default is a glossary.json of the root' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from docs' -l charter -d 'what governance documents link to; the default is the CHARTER.md that stands highest' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from docs' -l exceptions -d 'lines that may stand for a time all the same' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from docs' -l now -d 'judge exceptions as of this RFC 3339 time; the default is the clock' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from docs' -l strict -d 'fail also when a check had nothing to compare with'
complete -c dealix-verify -n __fish_use_subcommand -a outputs -d 'check the structured outputs of a period, and the weekly packs'
complete -c dealix-verify -n '__fish_seen_subcommand_from outputs' -l format -d 'json, ndjson, text, sarif, junit, tap or github' -s F -x -a 'json ndjson text sarif junit tap github'
complete -c dealix-verify -n '__fish_seen_subcommand_from outputs' -l days -d 'period that is looked at; 28 when not given' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from outputs' -l weeks -d 'also ask for a weekly pack, opened by a reader, in each of so many weeks' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from outputs' -l now -d 'judge as of this RFC 3339 time; the default is the clock' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from outputs' -l policy -d 'pin the policy: it must be the one in force' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from outputs' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from outputs' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from outputs' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-verify -n '__fish_seen_subcommand_from outputs' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-verify -n __fish_use_subcommand -a closure -d 'run the six closure tests'
complete -c dealix-verify -n '__fish_seen_subcommand_from closure' -l format -d 'json, or text for people' -s F -x -a 'json text'
complete -c dealix-verify -n '__fish_seen_subcommand_from closure' -l root -d 'folder that paths start from; the default is the top of the work tree, else here' -s C -r
complete -c dealix-verify -n '__fish_seen_subcommand_from closure' -l dir -d 'folder of the six documents; the default is policies/closure of the root' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from closure' -l set -d 'give a setting of the documents its value' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from closure' -l policy -d 'pin the policy: it must be the one in force' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from closure' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from closure' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from closure' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-verify -n '__fish_seen_subcommand_from closure' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-verify -n __fish_use_subcommand -a release -d 'judge a step of a release candidate'
complete -c dealix-verify -n '__fish_seen_subcommand_from release' -l step -d 'step of the release candidate, 1 to 7' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from release' -l root -d 'repository to ask; the default is the one around here' -s C -r
complete -c dealix-verify -n '__fish_seen_subcommand_from release' -l require -d 'status check that step 6 must find green' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from release' -l record -d 'put the outcome on record'
complete -c dealix-verify -n '__fish_seen_subcommand_from release' -l now -d 'without --record: judge as of this RFC 3339 time' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from release' -l format -d 'json, or text for people' -s F -x -a 'json text'
complete -c dealix-verify -n '__fish_seen_subcommand_from release' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from release' -l policy -d 'pin the policy: it must be the one in force' -s p -r
complete -c dealix-verify -n '__fish_seen_subcommand_from release' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from release' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from release' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-verify -n '__fish_seen_subcommand_from release' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-verify -n __fish_use_subcommand -a settings -d 'judge a snapshot of repository settings'
complete -c dealix-verify -n '__fish_seen_subcommand_from settings' -l require -d 'status check that must be required; the default is the three mandatory gates' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from settings' -l protect -d 'paths that need an owner; the default is charter, governance, policies, workflows' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from settings' -l root -d 'working copy with the owners file; the default is the one around here' -s C -r
complete -c dealix-verify -n '__fish_seen_subcommand_from settings' -l record -d 'put the outcome on record'
complete -c dealix-verify -n '__fish_seen_subcommand_from settings' -l now -d 'without --record: judge as of this RFC 3339 time' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from settings' -l format -d 'json, or text for people' -s F -x -a 'json text'
complete -c dealix-verify -n '__fish_seen_subcommand_from settings' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from settings' -l policy -d 'pin the policy: it must be the one in force' -s p -r
complete -c dealix-verify -n '__fish_seen_subcommand_from settings' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from settings' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-verify -n '__fish_seen_subcommand_from settings' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-verify -n '__fish_seen_subcommand_from settings' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-verify -n __fish_use_subcommand -a store -d 'recompute a store: chain, tree, payloads, state'
complete -c dealix-verify -n '__fish_seen_subcommand_from store' -l format -d 'json, or text for people' -s F -x -a 'json text'
complete -c dealix-verify -n '__fish_seen_subcommand_from store' -l no-payloads -d 'do not recompute the digests of payloads'
complete -c dealix-verify -n '__fish_seen_subcommand_from store' -l strict -d 'count warnings as errors'
complete -c dealix-verify -n '__fish_seen_subcommand_from store' -l tenant -d 'this tenant only; the default is all' -s t -r
complete -c dealix-verify -n '__fish_seen_subcommand_from store' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-verify -n __fish_use_subcommand -a trace -d 'check that decision, approval, execution and evidence are there'
complete -c dealix-verify -n '__fish_seen_subcommand_from trace' -l format -d 'json, or text for people' -s F -x -a 'json text'
complete -c dealix-verify -n '__fish_seen_subcommand_from trace' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-verify -n '__fish_seen_subcommand_from trace' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-verify -n '__fish_use_subcommand' -l kind -d 'contract: a shipped kind, or a file; the default is to recognise it' -s k -r
complete -c dealix-verify -n '__fish_use_subcommand' -l level -d 'base or strict; the default is strict' -s l -x -a 'base strict'
complete -c dealix-verify -n '__fish_use_subcommand' -l now -d 'judge as of this RFC 3339 time; the default is the clock' -r
complete -c dealix-verify -n '__fish_use_subcommand' -l root -d 'what paths in artifacts are relative to; the default is here' -s r -r
complete -c dealix-verify -n '__fish_use_subcommand' -l param -d 'parameter of the contract' -s p -r
complete -c dealix-verify -n '__fish_use_subcommand' -l params -d 'parameters as one JSON object' -r
complete -c dealix-verify -n '__fish_use_subcommand' -l principals -d 'ask who vouches: one of these people has signed each artifact' -r
complete -c dealix-verify -n '__fish_use_subcommand' -l trust -d 'with --principals: envelopes by the public keys in this PEM file count too' -r
complete -c dealix-verify -n '__fish_use_subcommand' -l format -d 'json, ndjson, text, sarif, junit, tap or github' -s F -x -a 'json ndjson text sarif junit tap github'
