# fish completion for dealix-verify
complete -c dealix-verify -l errors -x -a 'text json' -d 'errors on stderr as text or json'
complete -c dealix-verify -l help -s h -d 'print this help'
complete -c dealix-verify -l version -s V -d 'print the version'
complete -c dealix-verify -n __fish_use_subcommand -a store -d 'recompute a store: chain, tree, payloads, state'
complete -c dealix-verify -n '__fish_seen_subcommand_from store' -l format -d 'json, or text for people' -s F -x -a 'json text'
complete -c dealix-verify -n '__fish_seen_subcommand_from store' -l no-payloads -d 'do not recompute the digests of payloads'
complete -c dealix-verify -n '__fish_seen_subcommand_from store' -l strict -d 'count warnings as errors'
complete -c dealix-verify -n '__fish_seen_subcommand_from store' -l tenant -d 'this tenant only; the default is all' -s t -r
complete -c dealix-verify -n '__fish_seen_subcommand_from store' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
