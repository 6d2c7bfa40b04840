# fish completion for dealix-gate
complete -c dealix-gate -l errors -d 'errors on stderr as text or json' -x -a 'text json'
complete -c dealix-gate -l traceparent -d 'the trace that this call belongs to' -r
complete -c dealix-gate -l otlp -d 'send a span of this call there, OTLP over HTTP' -r
complete -c dealix-gate -l verbose -d 'say on stderr why a span was not sent'
complete -c dealix-gate -l help -d 'print this help' -s h
complete -c dealix-gate -l version -d 'print the version' -s V
complete -c dealix-gate -n __fish_use_subcommand -a check -d 'run gate documents and release plans: one verdict'
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l format -d 'how to print the result' -s F -x -a 'json ndjson text sarif junit tap github'
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l root -d 'folder that paths start from; the default is the top of the work tree, else here' -s C -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l set -d 'give a setting of the plan its value' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l settings -d 'values of settings, one JSON object; --set wins' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l jobs -d 'commands at once; the default is the number of processors' -s j -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l waivers -d 'known issues that checks may fail for' -s w -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l release -d 'name of the release that the gates are for' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l strict -d 'a waiver that covers nothing is a failure'
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l dry-run -d 'write nothing; of plans show the steps and run none' -s n
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l now -d 'with --dry-run: judge as of this RFC 3339 time' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l one-line -d 'with text: the score and the verdict on one line' -s 1
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l trust -d 'evidence that must be signed: trust the public keys in this PEM file' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l policy -d 'pin the policy: it must be the one in force' -s p -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-gate -n '__fish_seen_subcommand_from check' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-gate -n __fish_use_subcommand -a decide -d 'judge a request, an action, a terraform plan or an AdmissionReview'
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l from -d 'what the input is: request, terraform-plan or admission-review' -s f -x -a 'request terraform-plan admission-review'
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l format -d 'how to answer: json, ndjson, text, sarif, junit, tap or github' -s F -x -a 'json ndjson text sarif junit tap github'
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l project -d 'the project that pays' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l environment -d 'prod, nonprod or another environment' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l resource -d 'what the request is about' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l action -d 'what is to be done' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l workspace -d 'terraform workspace the plan belongs to' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l costs -d 'cost estimate of the plan, Infracost JSON' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l cost-project -d 'take one project of the cost file, not their sum' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l prices -d 'price book to estimate the plan with, dealix.prices.v1' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l plan-file -d 'binary plan that was shown; its digest is bound' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l key -d 'idempotency key; the default is the fingerprint' -s k -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l dry-run -d 'judge, hold no money, ask for no approval' -s n
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l reopen -d 'ask again after a denied, expired or cancelled approval'
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l actions -d 'classes of actions, stricter than the built-in ones, dealix.action.policy.v1' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l policy -d 'pin the policy: it must be the one in force' -s p -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l rules -d 'judge by this rule document too' -s r -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from decide' -l timeout-ms -d 'time for lock and decision, 50 to 30000' -r
complete -c dealix-gate -n __fish_use_subcommand -a go -d 'decide on a release: GO, NO-GO, and the phases of its rollout'
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l format -d 'how to print the answer' -s F -x -a 'json ndjson text sarif junit tap github'
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l release -d 'the release; what the document says must be the same' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l enter -d 'begin that phase, if no condition stands in its way' -x -a 'dark_launch canary full'
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l phase -d 'judge samples of that phase: go on, go back or wait' -x -a 'dark_launch canary full'
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l restart -d 'with --enter dark_launch: begin again, wherever the release is'
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l waivers -d 'known issues of the release, dealix.waivers.v1' -s w -r
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l statement -d 'print the text that somebody signs for go or no_go, decide nothing' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l strict -d 'want evidence for a met condition that names a kind, and no unused waiver'
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l dry-run -d 'judge, write nothing' -s n
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l now -d 'with --dry-run: judge as of this RFC 3339 time' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l policy -d 'pin the policy: it must be the one in force' -s p -r
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-gate -n '__fish_seen_subcommand_from go' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-gate -n __fish_use_subcommand -a policy
complete -c dealix-gate -n '__fish_seen_subcommand_from policy' -a show -d 'print the policy in force'
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from show' -l version -d 'this version, not the current one' -s v -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from show' -l pretty -d 'indented, for reading'
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from show' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from show' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from show' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from show' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy' -a set -d 'set the policy, a member of it, or rule documents'
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from set' -l setting -d 'change one member of the current policy' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from set' -l rules -d 'keep this rule document in the store' -s r -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from set' -l expect-version -d 'refuse unless the policy is at this version' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from set' -l override-reason -d 'raise a mode without a promotion record: why' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from set' -l log-domain -d 'domain of the ledger when this call creates the store' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from set' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from set' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from set' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from set' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy' -a lint -d 'look over policy and rule documents'
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from lint' -l format -d 'how to answer: text or json' -s F -x -a 'text json'
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from lint' -l against -d 'policy that is in force now, for remarks on what changes' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy' -a test -d 'run the test documents of rule documents'
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from test' -l format -d 'how to answer: tap, junit or json' -s F -x -a 'tap junit json'
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from test' -l min-coverage -d 'fail below this coverage of rules, 0 to 100' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy' -a history -d 'list the versions of the policy, newest first'
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from history' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from history' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from history' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from history' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy' -a diff -d 'compare two versions or files'
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from diff' -l principals -d 'pin the principals: they must be those in force' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from diff' -l actor -d 'refuse unless the caller is this principal' -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from diff' -l tenant -d 'tenant; the default is default' -s t -r
complete -c dealix-gate -n '__fish_seen_subcommand_from policy; and __fish_seen_subcommand_from diff' -l store -d 'store: a folder, or sqlite:PATH' -s s -r
