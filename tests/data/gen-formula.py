#!/usr/bin/env python3
"""Prints tests/data/formula-vectors.txt: a document, then random expressions and what they are by a reading of evidence page 2.2
that shares nothing with lib/contract but the page: arithmetic by fractions, parentheses only where the grammar needs them.
Tab-separated: type (number bool text null none), value, expression."""
import json
import random
from fractions import Fraction

random.seed(22)
DOC_TEXT = """{"a":0.1,"b":0.2,"c":3,"z":0,"neg":-7.25,"big":123456789012345678901234567890.5,"tiny":1e-30,"t":true,"f":false,
"s":"pro","u":"Enterprise","nil":null,"o":{"x":1.5,"y":{"w":-2},"s":"deep"},"n":[4,2.50,8e-1,-16],"e":[],"flags":[true,false,true],
"yes":[true,true],"rows":[{"k":"Free ","v":1,"ok":true},{"k":"pro","v":2.25,"ok":true},{"k":"PRO","v":-3,"ok":false},{"k":"x"}],
"tags":["pro","free"]}"""


class Number(str):
    """A number as written; compared by value."""


DOC = json.loads(DOC_TEXT.replace("\n", ""), parse_float=Fraction, parse_int=Fraction)


class Unevaluable(Exception):
    pass


# --- nodes: (level, text, fn) where a level is the production that yields the text as it stands ---
OR, AND, NOT, CMP, ALT, SUM, PROD, UN, PRIM = range(9)


def at(node, level):
    """Text of the node where the grammar wants that production or a tighter one."""
    return node[1] if node[0] >= level else "(" + node[1] + ")"


def num(v):
    if isinstance(v, Fraction):
        return v
    raise Unevaluable


def boolean(v):
    if isinstance(v, bool):
        return v
    raise Unevaluable


def equal(a, b):
    if a is None or b is None:
        return a is b
    if type(a) is not type(b):
        raise Unevaluable
    return a == b


def order(op, a, b):
    if type(a) is not type(b) or not isinstance(a, (Fraction, str)):
        raise Unevaluable
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[op]


def blank():
    return random.choice(["", "", " ", " ", "  "])


def literal(kind):
    if kind == "number":
        text = random.choice(["0", "1", "2", "3", "10", "0.5", "0.1", "100", "1e3", "2.50", "12e-1", "0.000001", "7"])
        return (PRIM, text, lambda: Fraction(text))
    if kind == "bool":
        b = random.random() < .5
        return (PRIM, "true" if b else "false", lambda: b)
    if kind == "text":
        s = random.choice(["pro", "Enterprise", "", "deep", 'q"\\', "ü"])
        return (PRIM, json.dumps(s), lambda: s)
    return (PRIM, "null", lambda: None)


PATHS = {
    "number": [(".a", lambda: DOC["a"]), ("$.b", lambda: DOC["b"]), (".c", lambda: DOC["c"]), (".z", lambda: DOC["z"]),
               (".neg", lambda: DOC["neg"]), (".big", lambda: DOC["big"]), (".tiny", lambda: DOC["tiny"]),
               (".o.x", lambda: DOC["o"]["x"]), ('."o"."y".w', lambda: DOC["o"]["y"]["w"]), (".n[0]", lambda: DOC["n"][0]),
               (".n[-1]", lambda: DOC["n"][-1]), (".rows[1].v", lambda: DOC["rows"][1]["v"]),
               ('.rows[k="free"].v', lambda: DOC["rows"][0]["v"]), ('.["c"]', lambda: DOC["c"])],
    "bool": [(".t", lambda: True), (".f", lambda: False), (".flags[1]", lambda: False), (".rows[v=2.250].ok", lambda: True)],
    "text": [(".s", lambda: "pro"), (".u", lambda: "Enterprise"), ("$.o.s", lambda: "deep"), (".rows[3].k", lambda: "x")],
    "null": [(".nil", lambda: None), (".absent", lambda: None), (".o.none.deeper", lambda: None), (".n[9]", lambda: None),
             (".a.b", lambda: None), ('.rows[k="none"].v', lambda: None)],
}
LISTS = [(".n[]", lambda: DOC["n"]), (".n[1:]", lambda: DOC["n"][1:]), (".n[-2:]", lambda: DOC["n"][-2:]), (".e[]", lambda: []),
         (".n[9:]", lambda: []), (".absent[]", lambda: []), (".rows[:].v".replace("[:]", "[0:]"), lambda: [r.get("v") for r in DOC["rows"]]),
         (".rows[-99:].v", lambda: [r.get("v") for r in DOC["rows"]]), ('.rows[k="pro"].v', lambda: [Fraction("2.25"), Fraction(-3)]),
         (".o[]", lambda: [Fraction("1.5"), {}, "deep"]), (".n", lambda: DOC["n"])]
FLAGS = [(".flags[]", lambda: DOC["flags"]), (".yes[]", lambda: DOC["yes"]), (".e[]", lambda: []), (".rows[].ok", lambda: [True, True, False, None]),
         (".rows[0:].k", lambda: ["x"])]


def aggregate(name, text, fn):
    def value():
        v = fn()
        if name == "count":
            return Fraction(sum(x is not None for x in v))
        if not v:
            raise Unevaluable
        if name in ("all", "any"):
            v = [boolean(x) for x in v]
            return all(v) if name == "all" else any(v)
        v = [num(x) for x in v]
        return {"sum": sum(v), "min": min(v), "max": max(v), "avg": sum(v) / len(v)}[name]
    return (PRIM, "%s(%s%s)" % (name, blank(), text), value)


def call(name, args, fn):
    return (PRIM, name + "(" + ("," + blank()).join(a[1] for a in args) + ")", lambda: fn(*[a[2]() for a in args]))


def approx(a, b, n):
    n = num(n)
    if n.denominator != 1 or not 0 <= n <= 12:
        raise Unevaluable
    return abs(num(a) - num(b)) <= Fraction(1, 2 * 10 ** int(n)) + Fraction(1, 10 ** 9)


def margin(r, c):
    r, c = num(r), num(c)
    if r == 0:
        raise Unevaluable
    return (r - c) / r * 100


def starts(x, y):
    if not isinstance(x, str) or not isinstance(y, str):
        raise Unevaluable
    return x.startswith(y)


def among(x, items):
    if x is None:
        raise Unevaluable
    if x in items:
        return True
    if any(i is not None and type(i) is not type(x) for i in items):
        raise Unevaluable
    return False


def chain(kind, depth):
    ops = ("+-", SUM) if random.random() < .5 else ("*/", PROD)
    parts = [expr(kind, depth - 1) for _ in range(random.randrange(2, 5))]
    signs = [random.choice(ops[0]) for _ in parts[1:]]
    text = at(parts[0], ops[1] + 1)
    for s, p in zip(signs, parts[1:]):
        text += blank() + s + blank() + at(p, ops[1] + 1)

    def value():
        v = num(parts[0][2]())
        for s, p in zip(signs, parts[1:]):
            x = num(p[2]())
            if s == "/" and x == 0:
                raise Unevaluable
            v = v + x if s == "+" else v - x if s == "-" else v * x if s == "*" else v / x
        return v
    return (ops[1], text, value)


def logic(depth):
    word, level = random.choice([("and", AND), ("or", OR)])
    parts = [expr("bool", depth - 1) for _ in range(random.randrange(2, 4))]

    def value():
        for p in parts:
            if boolean(p[2]()) == (word == "or"):
                return word == "or"
        return word == "and"
    return (level, (" " + word + " ").join(at(p, level + 1) for p in parts), value)


def conditional(kind, depth):
    c, a, b = expr("bool", depth - 1), expr(kind, depth - 1), expr(kind, depth - 1)
    return (-1, "if %s then %s else %s" % (c[1], a[1], b[1]), lambda: a[2]() if boolean(c[2]()) else b[2]())


def alternative(kind, depth):
    parts = [expr(random.choice([kind, "null"]), depth - 1) for _ in range(random.randrange(1, 3))] + [expr(kind, depth - 1)]

    def value():
        for p in parts:
            v = p[2]()
            if v is not None:
                break
        return v
    return (ALT, (blank() + "??" + blank()).join(at(p, SUM) for p in parts), value)


def comparison(depth):
    kind = random.choice(["number", "number", "text", "bool", "null"])
    a, b = expr(kind, depth - 1), expr(kind if random.random() < .8 else random.choice(["number", "text", "null"]), depth - 1)
    op = random.choice(["==", "!=", "<", "<=", ">", ">="])

    def value():
        x, y = a[2](), b[2]()
        return equal(x, y) == (op == "==") if op in ("==", "!=") else order(op, x, y)
    return (CMP, at(a, ALT) + blank() + op + blank() + at(b, ALT), value)


def negation(depth):
    a = expr("bool", depth - 1)
    return (NOT, "not " + at(a, CMP), lambda: not boolean(a[2]()))


def minus(depth):
    a = expr("number", depth - 1)
    return (UN, "-" + blank() + at(a, PRIM), lambda: -num(a[2]()))


def function(kind, depth):
    if kind == "number":
        pick = random.randrange(4)
        if pick == 0:
            return call("abs", [expr("number", depth - 1)], lambda x: abs(num(x)))
        if pick == 1:
            return call("margin", [expr("number", depth - 1), expr("number", depth - 1)], margin)
        return aggregate(random.choice(["sum", "min", "max", "avg", "count"]), *random.choice(LISTS))
    pick = random.randrange(4)
    if pick == 0:
        places = expr("number", 0) if random.random() < .2 else (lambda n: (PRIM, str(n), lambda: Fraction(n)))(random.randrange(14))
        return call("approx", [expr("number", depth - 1), expr("number", depth - 1), places], approx)
    if pick == 1:
        return call("starts", [expr("text", depth - 1), expr("text", 0)], starts)
    if pick == 2:
        x = expr(random.choice(["text", "text", "null", "number"]), 0)
        return (PRIM, "in(%s, .tags[])" % x[1], lambda: among(x[2](), DOC["tags"]))
    return aggregate(random.choice(["all", "any"]), *random.choice(FLAGS))


def expr(kind, depth):
    if random.random() < .02:
        kind = random.choice(["number", "bool", "text", "null"])
    if depth <= 0 or kind == "null" or random.random() < .1:
        if random.random() < .5:
            return literal(kind)
        text, fn = random.choice(PATHS[kind])
        return (PRIM, text, fn)
    pick = random.random()
    if pick < .1:
        return conditional(kind, depth)
    if pick < .2:
        return alternative(kind, depth)
    if kind == "number":
        return function(kind, depth) if pick < .45 else minus(depth) if pick < .52 else chain(kind, depth)
    if kind == "bool":
        return function(kind, depth) if pick < .4 else negation(depth) if pick < .5 else \
            logic(depth) if pick < .7 else comparison(depth)
    return expr(kind, 0)


print("# made by tests/data/gen-formula.py")
print("doc\t\t" + DOC_TEXT.replace("\n", ""))
made = 0
while made < 1500:
    kind = random.choice(["number", "bool", "bool", "text"])
    e = expr(kind, random.randrange(1, 5))
    if len(e[1]) > 300:
        continue
    try:
        v = e[2]()
    except Unevaluable:
        v = Unevaluable
    if v is Unevaluable:
        row = ("none", "")
    elif v is None:
        row = ("null", "")
    elif isinstance(v, bool):
        row = ("bool", str(v).lower())
    elif isinstance(v, Fraction):
        row = ("number", "%d/%d" % (v.numerator, v.denominator))
    else:
        row = ("text", v)
    print("\t".join(row + (e[1],)))
    made += 1
