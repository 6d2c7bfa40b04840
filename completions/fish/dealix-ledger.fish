# fish completion for dealix-ledger
complete -c dealix-ledger -l errors -d 'errors on stderr as text or json' -x -a 'text json'
complete -c dealix-ledger -l traceparent -d 'the trace that this call belongs to' -r
complete -c dealix-ledger -l otlp -d 'send a span of this call there, OTLP over HTTP' -r
complete -c dealix-ledger -l verbose -d 'say on stderr why a span was not sent'
complete -c dealix-ledger -l help -d 'print this help' -s h
complete -c dealix-ledger -l version -d 'print the version' -s V
complete -c dealix-ledger -n __fish_use_subcommand -a list -d 'list entries, newest first'
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l format -d 'json, or text for people' -s F -x -a 'json text'
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l limit -d 'at most this many, 1 to 1000' -s l -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l before-seq -d 'only entries before this number' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l event -d 'only entries of this event' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l subject -d 'only entries about this subject' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l decision -d 'only entries about this decision' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l start -d 'recorded at or after this RFC 3339 time' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l end -d 'recorded at or before this RFC 3339 time' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l oldest-first -d 'in the order they were appended'
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from list; and not __fish_seen_subcommand_from budget' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-ledger -n __fish_use_subcommand -a show -d 'print one entry with its payloads'
complete -c dealix-ledger -n '__fish_seen_subcommand_from show' -l format -d 'json, or text for people' -s F -x -a 'json text'
complete -c dealix-ledger -n '__fish_seen_subcommand_from show' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from show' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from show' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from show' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-ledger -n __fish_use_subcommand -a trace -d 'print everything the ledger says about an id or a trace'
complete -c dealix-ledger -n '__fish_seen_subcommand_from trace' -l format -d 'json, ndjson for a line an entry, or text for people' -s F -x -a 'json text ndjson'
complete -c dealix-ledger -n '__fish_seen_subcommand_from trace' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from trace' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from trace' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from trace' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-ledger -n __fish_use_subcommand -a budget
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget' -a list -d 'list the budgets and what is held of them'
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from list' -l policy -d 'pin the policy: it must be the one in force' -s p -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from list' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from list' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from list' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from list' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget' -a set -d 'set what a project, or default, may spend a month'
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from set' -l limit -d 'what the scope may spend a month' -s l -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from set' -l inactive -d 'keep the budget, but let it not count'
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from set' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from set' -l policy -d 'pin the policy: it must be the one in force' -s p -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from set' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from set' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from set' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-ledger -n '__fish_seen_subcommand_from budget; and __fish_seen_subcommand_from set' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
