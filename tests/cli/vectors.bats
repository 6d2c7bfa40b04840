# Tables and vectors that scripts made are what the scripts make.
load ../lib

made() {
	python3 "$ROOT/tests/data/$1" >made && cmp made "$ROOT/$2"
}

@test "vectors: numbers are those of their script" {
	made gen-num.py tests/data/num-vectors.txt
}

@test "vectors: expressions are those of their script" {
	made gen-formula.py tests/data/formula-vectors.txt
}

@test "vectors: case folding is that of Python, where that has the same Unicode" {
	python3 -c 'import sys, unicodedata; sys.exit(unicodedata.unidata_version != "14.0.0")' || skip "another version of Unicode"
	made gen-fold.py lib/contract/fold_table.h
	python3 "$ROOT/tests/data/gen-fold.py" -d >digests
	while read -r _ digest; do grep -q "$digest" "$ROOT/tests/unit/test_contract_text.c" || return 1; done <digests
}
