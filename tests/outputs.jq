# The kinds of dealix-outputs(5) as mdoc, from the contracts of policies/outputs: members with their types, then what must hold.
def esc: gsub("\\\\"; "\\e") | sub("^(?<c>[.'])"; "\\&\(.c)");
def words: gsub("(?<a>[.;:]) (?=[A-Z])"; "\(.a)\n");
def bounds:
	[(select(.above != null) | "above \(.above)"), (select(.min != null) | "from \(.min)"), (select(.max != null) | "to \(.max)"),
	 (select((.min_items // 0) > 0) | "at least \(.min_items)")] | join(" ");
def about:
	(if .type == "array" then "list" else .type end)
	+ (bounds | if . != "" then " " + . else "" end)
	+ (if .enum then ": " + (.enum | join(", ")) elif .equals != null then ": \(.equals)" else "" end)
	+ (if .optional then "; optional" else "" end);
def inner($list): [.rules[] | select(.id == "schema.*" and ((.at | type) == "string") and (.at | startswith(".\($list)[].")) and (.at | endswith("[]") | not))
	| "\(.at | sub("^[.]\($list)\\[\\][.]"; "")) (\(about))"];
def holds: [.rules[] | select(.id == "schema.relation" or .id == "money.negative" or .id == "trace.mix")
	| {id, text: .remedy}] | unique_by(.text) | .[] | .text + (if .id == "schema.relation" then "" else " (\(.id | sub("[.]"; "_")))" end);
".Ss \(.kind)",
(.title + "." | esc),
".Bl -tag -width Ds",
(. as $c | .include // [] | map({(.at): .kind}) | add // {}) as $parts
| (. as $c | .rules[] | select(.id == "schema.*" and ((.at | type) == "string") and (.at | test("^[.][a-z0-9_]+$")) and .for == null)
  | .at[1:] as $name
  | ".It Li \($name)",
    (about + (if .type == "array" and ($c | inner($name)) == [] then
	" of " + ([$c.rules[] | select(.at == ".\($name)[]" and .type != null) | .type + "s"] | first // "values") else "" end) + (if $parts[.at] then ", a \($parts[.at])" else "" end)
     + ($c | inner($name) | if length > 0 then " of objects:\n" + join(",\n") else "" end) + "." | esc)),
".El",
([holds] | if length > 0 then ".Pp", (.[] | words | esc) else empty end)
