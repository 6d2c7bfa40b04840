#!/usr/bin/env python3
"""Judges the finance committee packet, from the page alone and in fractions.

packet.py make DIR [TIERS]    synthetic telemetry.json and assumptions.json; TIERS, a JSON object, replaces members of tiers
packet.py judge DIR MADE      recompute every figure of the files in MADE from the two in DIR; a line for each that differs
"""
import csv
import hashlib
import json
import pathlib
import re
import sys
from fractions import Fraction

PAID = ["starter", "growth", "pro", "enterprise"]
TIERS = {
    "free": {"price": "0", "annual": "0", "active": 300, "total": 350, "dunning": 0, "llm": "101.37", "p50": "0.1", "p95": "1.9"},
    "starter": {"price": "37.50", "annual": "375", "active": 131, "total": 180, "dunning": 7, "llm": "611.405", "p50": "2", "p95": "11.3"},
    "growth": {"price": "141.25", "annual": "1356", "active": 47, "total": 60, "dunning": 3, "llm": "702.115", "p50": "9", "p95": "31.7"},
    "pro": {"price": "287", "annual": "2755.2", "active": 23, "total": 30, "dunning": 1, "llm": "655.005", "p50": "20", "p95": "61.25"},
    "enterprise": {"price": "811", "annual": "7299", "active": 6, "total": 7, "dunning": 0, "llm": "590", "p50": "70", "p95": "140"},
}
DELTAS = ["growth_to_pro_conversion_mom_delta_percent", "pro_to_enterprise_conversion_mom_delta_percent"]
GATES = ["fin_gate_1_gross_margin_floor", "fin_gate_2_llm_cogs_containment", "fin_gate_3_annual_discount_impact",
         "fin_gate_4_expansion_signal", "fin_gate_5_stress_resilience"]
TCO = ["annual_staffing_usd", "annual_oncall_usd", "annual_security_compliance_usd", "annual_infra_ops_usd", "annual_tooling_usd"]


def exactly(text):
    """A number that text() writes exactly as it was given."""
    return f"@@{text}@@"


def text(doc, **how):
    return re.sub('"@@([^"]*)@@"', r"\1", json.dumps(doc, ensure_ascii=False, **how)) + "\n"


def decimal(value, places):
    """A fraction, rounded half to even, as the shortest decimal."""
    scaled = round(value * 10 ** places)
    sign = "-" if scaled < 0 else ""
    whole, part = divmod(abs(scaled), 10 ** places)
    part = str(part).zfill(places).rstrip("0") if places else ""
    return sign + str(whole) + ("." + part if part else "")


def number(value, places):
    return exactly(decimal(value, places))


def factor(tier):
    price, annual = Fraction(tier["price"]), Fraction(tier["annual"])
    return Fraction(decimal(annual / (12 * price), 6)) if price and annual else Fraction(0)


def telemetry(tiers):
    gross = {name: Fraction(t["price"]) * t["active"] for name, t in tiers.items()}
    cost = Fraction(tiers["free"]["llm"])
    rows = list(tiers.items())
    return {
        "captured_at": "2031-06-01T03:00:00Z",
        "window": {"start": "2031-05-01T00:00:00Z", "end": "2031-05-31T23:59:59.999999Z", "label": "2031-05"},
        "pricing_reference": {n: {"monthly_price_usd": exactly(t["price"]), "annual_price_usd": exactly(t["annual"]),
                                  "annual_monthly_factor": number(factor(t), 6)} for n, t in rows},
        "tier_subscription_snapshot": [{"tier": n, "total_tenants": t["total"], "active_subscriptions": t["active"],
                                        "dunning_events": t["dunning"]} for n, t in rows],
        "tier_revenue_inputs": [{"tier": n, "monthly_price_usd": exactly(t["price"]), "active_subscriptions": t["active"],
                                 "gross_mrr_usd": number(gross[n], 6)} for n, t in rows],
        "tier_llm_usage": [{"tier": n, "total_cost_usd": exactly(t["llm"]), "tenant_monthly_cost_percentiles_usd": {
            "p50": exactly(t["p50"]), "p95": exactly(t["p95"]), "p99": exactly(t["p95"])}} for n, t in rows],
        "free_tier_compute_guardrails": {"tier": "free", "reference_tier": "starter", "bounded_against_starter": True, "limits": [
            {"limit_name": "calls_per_day", "free_limit": 3, "starter_limit": 9, "free_le_starter": True}]},
        "free_tier_margin_watch": {
            "free_total_tenants": tiers["free"]["total"], "free_active_subscriptions": tiers["free"]["active"],
            "free_total_llm_cost_usd": exactly(tiers["free"]["llm"]), "free_p95_tenant_monthly_cost_usd": exactly(tiers["free"]["p95"]),
            "starter_gross_mrr_usd": number(gross["starter"], 6), "max_allowed_pct_of_starter_gross_mrr": 90,
            "free_llm_cost_pct_of_starter_gross_mrr": number(cost / gross["starter"] * 100, 6) if gross["starter"] else None},
        "gate_results": {"telemetry_gate_" + g: True for g in (
            "required_tiers_present", "window_valid", "percentiles_valid", "artifact_fresh", "free_tier_guardrails_bounded",
            "free_tier_margin_guarded")},
    }


def assumptions():
    each = lambda *v: {n: exactly(x) for n, x in zip(PAID, v)}
    return {
        "annual_mix_by_tier": each("0.31", "0.425", "0.5", "0.8"),
        "infra_cogs_percent_of_effective_mrr_by_tier": each("6.35", "5.5", "5", "4.125"),
        "support_cogs_per_active_subscription_usd_by_tier": each("0.905", "2.15", "6", "19.5"),
        "support_cogs_per_dunning_event_usd": exactly("2.345"),
        "conversion_signals": {DELTAS[0]: exactly("0.61535"), DELTAS[1]: exactly("0.2")},
        "stress_scenario": {"infra_cost_multiplier": exactly("1.85")},
        "thresholds": {"min_blended_gross_margin_percent": 80, "max_p95_tenant_llm_cogs_pct_mrr": 8,
                       "max_annual_discount_impact_percent": 18, DELTAS_MIN[0]: 0, DELTAS_MIN[1]: 0, "min_stress_margin_percent": 75},
        "close_history": [{"month": "2031-04", "blended_gross_margin_percent": exactly("74.2")}],
        "scenario_models": {"price_sensitivity": [
            {"name": "dearer", "subscription_multipliers_by_tier": each("0.9", "0.95", "0.97", "1"),
             "monthly_price_multipliers_by_tier": each("1.1", "1.1", "1.1", "1.1")},
            {"name": "half", "subscription_multipliers_by_tier": each("0.5", "0.5", "0.5", "0.5"),
             "monthly_price_multipliers_by_tier": each("1", "1", "1", "1")}]},
        "self_hosted_tco_inputs": dict(zip(TCO, map(exactly, ("250000", "40000.5", "30000", "22000", "9000.25")))),
    }


DELTAS_MIN = ["min_" + d for d in DELTAS]


def make(folder, tiers):
    merged = {name: {**t, **tiers.get(name, {})} for name, t in TIERS.items()}
    for name, doc in (("telemetry", telemetry(merged)), ("assumptions", assumptions())):
        pathlib.Path(folder, name + ".json").write_text(text(doc, indent=1))


# --- the judgement ---

def exact(path):
    return json.loads(pathlib.Path(path).read_bytes(), parse_float=Fraction, parse_int=Fraction)


def cents(value):
    return Fraction(decimal(value, 2))


def margin(revenue, cost):
    return (revenue - cost) / revenue * 100 if revenue else None


def two(value):
    return None if value is None else Fraction(decimal(value, 2))


def economics(tel, asm):
    rows = []
    for name in PAID:
        price = tel["pricing_reference"][name]
        subs = next(r for r in tel["tier_subscription_snapshot"] if r["tier"] == name)
        llm = next(r for r in tel["tier_llm_usage"] if r["tier"] == name)
        mix, active = asm["annual_mix_by_tier"][name], subs["active_subscriptions"]
        gross = price["monthly_price_usd"] * active
        eff = gross * (1 - mix * (1 - price["annual_monthly_factor"]))
        infra = eff * asm["infra_cogs_percent_of_effective_mrr_by_tier"][name] / 100
        support = (active * asm["support_cogs_per_active_subscription_usd_by_tier"][name]
                   + subs["dunning_events"] * asm["support_cogs_per_dunning_event_usd"])
        row = {"tier": name, "mrr_usd": cents(gross), "effective_mrr_usd": cents(eff), "llm_cogs_usd": cents(llm["total_cost_usd"]),
               "infra_cogs_usd": cents(infra), "support_cogs_usd": cents(support), "active_subscriptions": active,
               "dunning_events": subs["dunning_events"]}
        row["gross_margin_percent"] = two(margin(row["effective_mrr_usd"], costs(row)))
        row["keep"] = (mix, price["annual_monthly_factor"], llm["tenant_monthly_cost_percentiles_usd"]["p95"])
        rows.append(row)
    return rows


def costs(row, times=1):
    return row["llm_cogs_usd"] + row["infra_cogs_usd"] * times + row["support_cogs_usd"]


def figures(tel, asm):
    rows = economics(tel, asm)
    total = {m: sum(r[m] for r in rows) for m in ("mrr_usd", "effective_mrr_usd", "llm_cogs_usd", "infra_cogs_usd", "support_cogs_usd")}
    eff, times = total["effective_mrr_usd"], asm["stress_scenario"]["infra_cost_multiplier"]
    shares = [r["keep"][2] / (r["effective_mrr_usd"] / r["active_subscriptions"]) * 100
              for r in rows if r["active_subscriptions"] and r["effective_mrr_usd"]]
    metrics = {"blended_gross_margin_percent": two(margin(eff, costs(total))), "p95_tenant_llm_cogs_pct_mrr": two(max(shares)),
               "annual_discount_impact_percent": two((total["mrr_usd"] - eff) / total["mrr_usd"] * 100),
               "stress_margin_percent": two(margin(eff, costs(total, times)))}
    metrics.update({d: Fraction(decimal(asm["conversion_signals"][d], 4)) for d in DELTAS})
    bars = asm["thresholds"]
    closes = [c["blended_gross_margin_percent"] for c in asm.get("close_history", [])] + [metrics["blended_gross_margin_percent"]]
    last = closes[-int(bars.get("required_consecutive_margin_closes", 2)):]
    gates = dict(zip(GATES, (
        all(c >= bars["min_blended_gross_margin_percent"] for c in last),
        metrics["p95_tenant_llm_cogs_pct_mrr"] <= bars["max_p95_tenant_llm_cogs_pct_mrr"],
        metrics["annual_discount_impact_percent"] <= bars["max_annual_discount_impact_percent"],
        all(metrics[d] >= bars["min_" + d] for d in DELTAS),
        metrics["stress_margin_percent"] >= bars["min_stress_margin_percent"])))
    tco = sum(asm.get("self_hosted_tco_inputs", {}).get(t, 0) for t in TCO)
    summary = {"overall_finance_gates_passed": all(gates.values()), "hosted_arr_run_rate_usd": 12 * eff,
               "self_hosted_tco_estimate_usd": cents(Fraction(tco)), "hosted_vs_self_hosted_delta_usd": cents(12 * eff - tco)}
    summary.update({"total_" + m: v for m, v in total.items()})
    return rows, metrics, gates, summary


def scenarios(rows, asm):
    out = []
    for model in asm.get("scenario_models", {}).get("price_sensitivity", []):
        eff = cost = Fraction(0)
        for r in rows:
            mix, part, _ = r["keep"]
            before, active = max(r["active_subscriptions"], 1), r["active_subscriptions"] * model["subscription_multipliers_by_tier"][r["tier"]]
            price = r["mrr_usd"] / before * model["monthly_price_multipliers_by_tier"][r["tier"]]
            e = active * price * (1 - mix * (1 - part))
            eff += e
            cost += (r["llm_cogs_usd"] + r["support_cogs_usd"]) / before * active + r["infra_cogs_usd"] / max(r["effective_mrr_usd"], 1) * e
        out.append({"scenario": model["name"], "effective_mrr_usd": cents(eff), "projected_margin_percent": two(margin(eff, cost))})
    return out


def differ(at, want, got, say):
    if isinstance(want, dict):
        for k in want:
            if k != "keep":
                differ(f"{at}/{k}", want[k], got.get(k, "absent") if isinstance(got, dict) else "no object", say)
    elif isinstance(want, list):
        if not isinstance(got, list) or len(got) != len(want):
            say(f"{at}: want {len(want)} items, got {got}")
        else:
            for i, w in enumerate(want):
                differ(f"{at}/{i}", w, got[i], say)
    elif type(want) is bool and got is not want or want != got:
        say(f"{at}: want {want}, got {got}")


def table(made, name):
    raw = pathlib.Path(made, name).read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n"), name + " has a line that does not end in CRLF"
    with open(pathlib.Path(made, name), newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f, strict=True))


def as_cells(rows):
    return [{k: "" if v is None else v if isinstance(v, str) else Fraction(v) for k, v in r.items() if k != "keep"} for r in rows]


def cells(rows):
    return [{k: v if k in ("tier", "scenario") or v == "" else Fraction(v) for k, v in r.items()} for r in rows]


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def canonical_layout(path):
    """Two-space indent, sorted members, a final LF."""
    seen = pathlib.Path(path).read_text()
    return seen == text(json.loads(seen, parse_float=exactly, parse_int=exactly), indent=2, sort_keys=True)


def judge(folder, made):
    tel, asm = exact(folder + "/telemetry.json"), exact(folder + "/assumptions.json")
    label = re.sub(r"[^A-Za-z0-9_-]+", "_", tel["window"]["label"]).strip("_") or "snapshot"
    names = [f"finance_committee_packet_{label}.json", f"finance_committee_scenarios_{label}.csv",
             f"finance_committee_tier_unit_economics_{label}.csv", f"finance_guardrails_{label}.json"]
    bad = []
    differ("files", names, sorted(p.name for p in pathlib.Path(made).iterdir()), bad.append)
    if bad:
        return bad
    rows, metrics, gates, summary = figures(tel, asm)
    scen = scenarios(rows, asm)
    packet, rails = exact(f"{made}/{names[0]}"), exact(f"{made}/{names[3]}")
    inputs = {"telemetry_sha256": sha256(folder + "/telemetry.json"), "assumptions_sha256": sha256(folder + "/assumptions.json")}
    differ("packet", {"metrics": metrics, "gate_results": gates, "tiers": rows, "scenarios": scen, "summary": summary,
                      "window": tel["window"], "inputs": {**inputs, "guardrails_sha256": sha256(f"{made}/{names[3]}")}}, packet, bad.append)
    plain = [{k: v for k, v in r.items() if k not in ("active_subscriptions", "dunning_events")} for r in rows]
    closes = asm.get("close_history", []) + [{"month": tel["window"]["label"],
                                              "blended_gross_margin_percent": metrics["blended_gross_margin_percent"]}]
    differ("guardrails", {"metrics": metrics, "gate_results": gates, "tier_unit_economics": plain, "close_history": closes,
                          "stress_scenario": {**asm["stress_scenario"], "projected_margin_percent": metrics["stress_margin_percent"]},
                          "thresholds": asm["thresholds"], "window": tel["window"]}, rails, bad.append)
    done = {"fin_006": bool(scen), "fin_007": bool(scen), "fin_008": summary["self_hosted_tco_estimate_usd"] > 0}
    differ("fin_tracking", done, packet["fin_tracking"], bad.append)
    differ(names[2], as_cells(rows), cells(table(made, names[2])), bad.append)
    differ(names[1], as_cells(scen), cells(table(made, names[1])), bad.append)
    if not scen and pathlib.Path(made, names[1]).stat().st_size != 0:
        bad.append(names[1] + " is not empty")
    bad += [n + ": not as json is to be laid out" for n in (names[0], names[3]) if not canonical_layout(f"{made}/{n}")]
    return bad


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], json.loads(sys.argv[3]) if len(sys.argv) > 3 else {})
    else:
        found = judge(sys.argv[2], sys.argv[3])
        print("\n".join(found))
        sys.exit(1 if found else 0)
