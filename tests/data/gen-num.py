#!/usr/bin/env python3
"""Prints tests/data/num-vectors.txt: operations on numbers as written, and what fractions says of them.  Tab-separated:
op, a, b (or places), result.  A result is n/d, a text, or a C99 hexadecimal double."""
import random
from fractions import Fraction

random.seed(20260227)
INT64 = 2 ** 63


def digits(n):
    return "".join(random.choice("0123456789") for _ in range(n))


def number():
    kind = random.randrange(12)
    sign = random.choice(["", "", "-"])
    if kind == 0:
        return sign + str(random.randrange(0, 20))
    if kind <= 3:
        return sign + "%d.%s" % (random.randrange(0, 1000), digits(random.randrange(1, 5)))
    if kind == 4:
        return sign + str(random.randrange(10 ** 9))
    if kind == 5:       # around the ends of int64
        return str(random.choice([1, -1]) * (INT64 + random.randrange(-3, 4)))
    if kind == 6:
        return sign + "%d.%s" % (random.randrange(10 ** 12), digits(random.randrange(1, 12)))
    if kind == 7:
        return sign + "%d.%se%s%d" % (random.randrange(10), digits(3), random.choice(["", "+", "-"]), random.randrange(40))
    if kind == 8:
        return sign + "%dE%d" % (random.randrange(1, 100), random.randrange(-25, 25))
    if kind == 9:
        return sign + str(random.randrange(1, 10)) + digits(random.randrange(20, 45)) + "." + digits(random.randrange(1, 30))
    if kind == 10:
        return sign + "0.%s%s" % ("0" * random.randrange(25), digits(random.randrange(1, 20)))
    return random.choice(["0", "-0", "0.0", "-0.000", "1", "-1", "0e5", "1e-1", "9223372036854775807", "-9223372036854775807",
                          "-9223372036854775808", "9223372036854775808", "1e18", "1e19", "0.000000000000000001"])


def half_even(x, places):
    return Fraction(round(x * 10 ** places), 10 ** places)


def fixed(x, places):
    n = round(x * 10 ** places)
    s = str(abs(n)).rjust(places + 1, "0")
    s = s[:-places] + "." + s[-places:] if places else s
    return ("-" if n < 0 else "") + s


def shown(x, places):
    s = fixed(x, places)
    s = s.rstrip("0").rstrip(".") if "." in s else s
    return "0" if s in ("-0", "") else s


def ratio(x):
    return "%d/%d" % (x.numerator, x.denominator)


def line(*columns):
    print("\t".join(str(c) for c in columns))


print("# made by tests/data/gen-num.py")
for _ in range(300):
    a, b = number(), number()
    x, y = Fraction(a), Fraction(b)
    line("add", a, b, ratio(x + y))
    line("sub", a, b, ratio(x - y))
    line("mul", a, b, ratio(x * y))
    line("div", a, b, ratio(x / y) if y else "none")
    line("cmp", a, b, (x > y) - (x < y))
for _ in range(200):    # both sides of a tie, and the tie
    places = random.randrange(0, 13)
    a = number()
    x = Fraction(a)
    tolerance = Fraction(1, 2 * 10 ** places) + Fraction(1, 10 ** 9)
    for way in (-1, 0, 1):
        y = x + random.choice([1, -1]) * (tolerance + way * Fraction(1, 10 ** random.choice([10, 15, 25])))
        line("approx", a, ratio(y), places, 1 if abs(x - y) <= tolerance else 0)
for _ in range(250):
    a, places = number(), random.randrange(0, 13)
    x = Fraction(a) if random.random() < .5 else Fraction(a) + Fraction(random.choice([1, -1]), 2 * 10 ** places)
    line("print", ratio(x), places, shown(x, places))
    line("fixed", ratio(x), places, fixed(x, places))
    line("round", ratio(x), places, ratio(half_even(x, places)))
for _ in range(250):
    a, b = number(), number()
    x = Fraction(a) / Fraction(b) if Fraction(b) else Fraction(a)
    line("double", ratio(x), 0, float(x).hex())
for text in ("5e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072011e-308", "1.7976931348623157e308",
             "1.7976931348623159e308", "9007199254740993", "9007199254740993.0000000000000000000000001", "1e-400", "0.1", "1e23"):
    x = Fraction(text)
    line("double", ratio(x), 0, (1.7976931348623157e308 if x > Fraction(1.7976931348623157e308) else float(x)).hex())
for _ in range(60):     # products and sums beyond int64 that mostly come back into it, and those that do not
    d = random.choice([2, 3, 7, 1000, 10 ** 9, 2 ** 31 - 1, 3 ** 39, 10 ** 18])
    m = random.choice([10 ** 6, 10 ** 9, 10 ** 15, INT64 - 1])
    x, b, places = Fraction(random.randint(-m, m), d), "%de-%d" % (random.randint(-m, m), random.randrange(18)), random.randrange(13)
    y = Fraction(b)
    line("add", ratio(x), b, ratio(x + y))
    line("sub", ratio(x), b, ratio(x - y))
    line("mul", ratio(x), b, ratio(x * y))
    line("div", ratio(x), b, ratio(x / y) if y else "none")
    line("round", ratio(x), places, ratio(half_even(x, places)))
    line("double", ratio(x), 0, float(x).hex())
