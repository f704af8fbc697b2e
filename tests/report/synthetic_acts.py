"""Tables of what people do: cases, purchases, points, commands."""

from typing import Any

import numpy as np

from tests.report.synthetic_days import FULL_DAYS, LAUNCH, calendar

TIERS = (("urgent", 2, 0.06), ("utility", 24, 0.24), ("general", 168, 0.6), ("hard", 360, 0.1))
HOURS = np.array([
    1.9, 1.1, 0.2, 0.2, 0.1, 0.4, 0.6, 1.5, 4.3, 6.0, 10.1, 9.4,
    5.0, 5.5, 7.4, 9.1, 7.6, 6.1, 4.4, 4.1, 3.4, 4.3, 4.4, 2.9,
])  # fmt: skip
OFFICE = np.array([
    0.3, 0.1, 0.2, 0.2, 0.1, 0.2, 0.6, 2.9, 7.2, 10.2, 10.3, 9.5,
    9.0, 8.9, 9.3, 9.2, 7.5, 5.0, 3.1, 2.3, 1.8, 1.1, 0.5, 0.5,
])  # fmt: skip
SHOPS = np.array([
    0.3, 0.2, 0.1, 0.1, 0.1, 0.3, 1.2, 3.5, 4.8, 5.2, 6.0, 9.5,
    10.8, 6.5, 4.6, 4.4, 5.0, 7.8, 10.4, 8.2, 5.2, 3.3, 1.7, 0.8,
])  # fmt: skip


def case_rows(rng: np.random.Generator, days: int, scale: float) -> dict[str, Any]:
    """134 reports, 244 suggestions and complaints, 215 praises, and 7,407 entries of members and outdoor codes."""
    kinds = (
        ("problem", "resident", 134),
        ("suggestion", "resident", 150),
        ("complaint", "resident", 94),
        ("praise", "resident", 215),
        ("problem", "grid", 6_600),
        ("problem", "outdoor", 500),
        ("praise", "outdoor", 307),
    )
    kind, source = [], []
    for its_kind, its_source, number in kinds:
        size = rng.poisson(number * scale * days / FULL_DAYS)
        kind += [its_kind] * size
        source += [its_source] * size
    size = len(kind)
    grid = np.array(source) == "grid"
    weekday = np.array([(LAUNCH.weekday() + day) % 7 for day in range(days)])
    weights = np.where(weekday >= 5, 0.55, 1.0)
    day = rng.choice(days, size, p=weights / weights.sum())
    hour = np.where(grid, rng.choice(24, size, p=OFFICE / OFFICE.sum()), rng.choice(24, size, p=HOURS / HOURS.sum()))
    minutes = day * 1440 + hour * 60 + rng.integers(0, 60, size)
    tier = rng.choice(len(TIERS), size, p=[share for *_, share in TIERS])
    limit = np.array([hours for _, hours, _ in TIERS])[tier]
    stay = rng.lognormal(np.log(limit * 0.14), 1.0, size) * 60 + 12
    answered, resolved, closed = minutes + stay * 0.2, minutes + stay * 0.85, minutes + stay
    end = days * 1440

    def instant(at: np.ndarray) -> np.ndarray:
        told = np.datetime64(LAUNCH, "us") + (at * 60e6).astype("timedelta64[us]")
        told[at >= end] = np.datetime64("NaT")
        return told

    praise = np.array(kind) == "praise"
    dropped = ~praise & (rng.random(size) < 0.04)
    answered[praise] = resolved[praise] = end
    answered[dropped] = resolved[dropped] = closed[dropped] = end
    state = np.where(dropped, np.array(["WITHDRAWN", "DUPLICATE", "REJECTED"])[np.arange(size) % 3], "IN_PROGRESS")
    rated = (closed < end) & (rng.random(size) < 0.31)
    rating = np.where(rated, np.where(rng.random(size) < 0.974, rng.integers(4, 6, size), rng.integers(1, 4, size)), 0)
    return {
        "case_id": np.array([f"cas_{place:06d}" for place in range(1, size + 1)], dtype=object),
        "kind": np.array(kind, dtype=object),
        "category": np.array(["environment"] * size, dtype=object),
        "source": np.array(source, dtype=object),
        "grid": np.array([f"grd_{number:06d}" for number in rng.integers(1, 151, size)], dtype=object),
        "tier": np.array([TIERS[number][0] for number in tier], dtype=object),
        "state": np.where(closed < end, "CLOSED", state).astype(object),
        "submitted": instant(minutes + 0.0),
        "answered": instant(answered),
        "resolved": instant(resolved),
        "closed": instant(closed),
        "due": np.datetime64(LAUNCH, "us") + ((minutes + limit * 60) * 60e6).astype("timedelta64[us]"),
        "late": stay > limit * 60,
        "level": np.zeros(size, int),
        "round": np.ones(size, int),
        "rating": rating,
        "closed_by": np.where(rated, "rating", "auto").astype(object),
        "reopened": (rng.random(size) < 0.01).astype(int),
    }


def purchase_rows(rng: np.random.Generator, days: int, scale: float) -> dict[str, Any]:
    """1,000 merchants, 3 purchases a day each on average, busier at weekends."""
    merchants = max(1, round(1_000 * scale))
    size = rng.lognormal(0, 0.75, merchants)
    weekday = np.array([(LAUNCH.weekday() + day) % 7 for day in range(days)])
    busy = np.array([0.133, 0.137, 0.135, 0.138, 0.149, 0.155, 0.153])[weekday] * 7
    number = rng.poisson(3 * size[:, None] / size.mean() * busy[None, :])
    who, when = np.nonzero(number)
    n = number[who, when]
    goods = (n * rng.lognormal(np.log(2_800), 0.35, len(n))).astype(int)
    points = (goods * 0.021 / 10).astype(int)
    trades = np.array(["retail", "repair", "housekeeping", "catering"], dtype=object)
    trade = rng.choice(4, merchants, p=[0.46, 0.08, 0.08, 0.38])
    refunds = rng.binomial(n, 0.01)
    return {
        "day": calendar(days)[when],
        "merchant": np.array([f"mer_{number:06d}" for number in who], dtype=object),
        "trade": trades[trade[who]],
        "n": n,
        "goods_fen": goods,
        "cash_fen": goods - points * 10,
        "points": points,
        "refunds": refunds,
        "refunded_fen": (goods * refunds / n).astype(int),
    }


RULES = (
    ("questionnaire", "MP", 1_150),
    ("suggestion", "MP", 4),
    ("report", "MP", 3),
    ("vote", "MP", 180),
    ("questionnaire_moral", "MO", 560),
    ("suggestion_moral", "MO", 2),
    ("report_moral", "MO", 2),
    ("praised_moral", "MO", 3),
)


def flow_rows(rng: np.random.Generator, days: int, scale: float) -> dict[str, Any]:
    """Issued by rule, spent, restored, expired after 180 days, a little clawed back."""
    rows: list[tuple[Any, ...]] = []
    for place, day in enumerate(calendar(days)):
        grown = 0.3 + 1.4 * place / FULL_DAYS
        rows += [(day, ledger, rule, "issued", int(rng.poisson(mean * grown * scale))) for rule, ledger, mean in RULES]
        spent = int(rng.poisson(560 * grown * scale * min(1, place / 40)))
        rows += [(day, "MP", "questionnaire", "spent", spent), (day, "MP", "questionnaire", "restored", spent // 100)]
        if place >= 180:
            rows.append((day, "MP", "questionnaire", "expired", int(rng.poisson(310 * scale))))
        rows.append((day, "MP", "questionnaire", "clawed_back", int(rng.poisson(4 * scale))))
    return {
        "day": np.array([row[0] for row in rows]),
        **{
            name: np.array([row[place] for row in rows], dtype=object if place < 4 else int)
            for place, name in enumerate(("ledger", "rule", "flow", "points"), 1)
        },
    }


def outstanding_rows(flows: dict[str, Any], days: int) -> dict[str, Any]:
    """The balance that the flows leave."""
    sign = {"issued": 1, "restored": 1, "spent": -1, "expired": -1, "clawed_back": -1}
    balance, moral = np.zeros(days, int), np.zeros(days, int)
    place = (flows["day"] - np.datetime64(LAUNCH)).astype(int)
    for at, ledger, flow, points in zip(place, flows["ledger"], flows["flow"], flows["points"], strict=True):
        (balance if ledger == "MP" else moral)[at] += sign[flow] * points
    return {"day": calendar(days), "outstanding": balance.cumsum(), "debt": np.full(days, 12), "moral": moral.cumsum()}


def event_rows(days: int, scale: float) -> dict[str, Any]:
    """Two kinds of events."""
    return {
        "day": np.repeat(calendar(days), 2),
        "kind": np.array(["binding.activated", "payments.purchase_paid"] * days, dtype=object),
        "n": np.array([int(350 * scale), int(3_000 * scale)] * days),
    }


def command_rows(rng: np.random.Generator, days: int, scale: float) -> dict[str, Any]:
    """Purchases by weekday and hour."""
    weekday, hour = np.repeat(np.arange(7), 24), np.tile(np.arange(24), 7)
    mean = 3_000 * scale * days / 7 * np.array([0.133, 0.137, 0.135, 0.138, 0.149, 0.155, 0.153])[weekday] * 7
    n = rng.poisson(mean * SHOPS[hour] / SHOPS.sum())
    return {
        "kind": np.array(["payments.pay_purchase"] * 168, dtype=object),
        "weekday": weekday,
        "hour": hour,
        "n": n,
        "rejected": (n * 0.001).astype(int),
    }


def town_work_rows(days: int, scale: float) -> dict[str, Any]:
    """Four services, a little of each every day."""
    services = ("bill_fen", "care_visits", "deliveries", "volunteer_minutes")
    return {
        "day": np.repeat(calendar(days), len(services)),
        "service": np.array(services * days, dtype=object),
        "n": np.array([int(each * scale) for each in (9_000, 60, 4, 1_700)] * days),
    }
