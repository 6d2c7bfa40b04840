#!/usr/bin/env python3
"""Prints lib/contract/fold_table.h: Unicode case folding from the character database of this Python, and (with -d) the
SHA-256 of both foldings of every code point, which tests/unit/test_contract_text.c holds."""
import hashlib
import sys
import unicodedata


def full(cp):
    return chr(cp).casefold()


def simple(cp):
    """Folding to one code point: the status C and S mappings of CaseFolding.txt."""
    folded = full(cp)
    if len(folded) == 1:
        return ord(folded)
    lower = chr(cp).lower()     # a mapping of status S, where there is one, is the lower-case letter
    return ord(lower) if len(lower) == 1 else cp


def points():
    return (cp for cp in range(0x110000) if not 0xD800 <= cp <= 0xDFFF)


def ranges():
    """(first, last, step, delta) of runs that fold by the same distance."""
    out = []
    for cp in points():
        delta = simple(cp) - cp
        if delta == 0:
            continue
        if out:
            first, last, step, d = out[-1]
            gap = cp - last
            if d == delta and gap in (1, 2) and step in (0, gap):
                out[-1] = (first, cp, gap, d)
                continue
        out.append((cp, cp, 0, delta))
    return out


def digest():
    h = {"simple": hashlib.sha256(), "full": hashlib.sha256()}
    for cp in points():
        if cp:
            h["simple"].update(chr(simple(cp)).encode())
            h["full"].update(full(cp).encode())
    for name, value in h.items():
        print(name, value.hexdigest())


def table():
    print("/* fold_table: case folding of Unicode %s; made by tests/data/gen-fold.py.  Included by fold.c alone. */" %
          unicodedata.unidata_version)
    print("#ifndef DX_CONTRACT_FOLD_TABLE_H\n#define DX_CONTRACT_FOLD_TABLE_H\n\n#include <stdint.h>\n")
    print("/* Every `step`th code point from first to last folds to itself + delta. */")
    print("static const struct fold_range { uint32_t first, last; uint8_t step; int32_t delta; } fold_ranges[] = {")
    row = ""
    for first, last, step, delta in ranges():
        cell = "{ 0x%x, 0x%x, %d, %d }," % (first, last, step or 1, delta)
        if len(row) + len(cell) > 112:
            print("\t" + row.rstrip())
            row = ""
        row += cell + " "
    print("\t" + row.rstrip())
    print("};\n\n/* Those that fold to several: UTF-8. */")
    print("static const struct fold_full { uint32_t from; const char *to; } fold_fulls[] = {")
    row = ""
    for cp in points():
        folded = full(cp)
        if len(folded) > 1:
            cell = '{ 0x%x, "%s" },' % (cp, "".join("\\%03o" % b for b in folded.encode()))
            if len(row) + len(cell) > 112:
                print("\t" + row.rstrip())
                row = ""
            row += cell + " "
    print("\t" + row.rstrip())
    print("};\n\n#endif")


if sys.argv[1:] == ["-d"]:
    digest()
else:
    table()
