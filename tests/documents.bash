# Documents that tests write, built without jq because starting it takes longer than most of what is tested.

json() { # a text as a JSON string
	local s=${1//\\/\\\\}
	s=${s//\"/\\\"}
	s=${s//$'\r'/\\r}
	printf '"%s"' "${s//$'\n'/\\n}"
}

# A rule: rule ID EFFECT WHEN [JSON members]; the title is "title of ID".
rule() {
	printf '{"id":"%s","title":"title of %s","effect":"%s","when":%s%s}' "$1" "$1" "$2" "$(json "$3")" "${4:+,$4}"
}

# A rule document: doc ID VERSION RULE...
doc() {
	local id=$1 version=$2 IFS=,
	shift 2
	printf '{"schema":"dealix.rules.v1","id":"%s","version":"%s","title":"%s","rules":[%s]}\n' "$id" "$version" "$id" "$*"
}

# A policy: policy [JSON members]
policy() {
	printf '{"schema":"dealix.enforcement.policy.v1"%s}\n' "${1:+,$1}"
}

# Every mode row the same: policy_mode MODE [JSON members]
policy_mode() {
	local row rows=
	for row in {terraform,k8s_admission,ci,cloud_event}_{default,prod,nonprod}; do rows+=${rows:+,}\"$row\":\"$1\"; done
	policy "\"mode_matrix\":{$rows}${2:+,$2}"
}
