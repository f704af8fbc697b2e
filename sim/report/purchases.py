"""Purchases: how turnover is spread over merchants, and what part points paid."""

from functools import partial

from sim.report.blocks import Chart, Figure, Note, Section, Spec, Table
from sim.report.drawing import frame, labels, narrow_bar, percent, published_line, share_axis, told
from sim.report.privacy import buckets
from sim.report.quantities import Name, Phrase, about, count, phrase, share, verbatim
from sim.report.run_folder import RunFolder
from wording import Wording

FEN_A_YUAN = 100


def section(run: RunFolder) -> Section:
    """Turnover by tenth of merchants, and sums by trade."""
    title = phrase("report.purchases.title")
    ranked = _ranked(run)
    if not ranked:
        return Section("purchases", title, (Note(phrase("report.purchases.empty")),))
    return Section("purchases", title, (_spread(ranked), _trades(run)))


def gini(turnovers: list[int]) -> float | None:
    """Inequality of turnovers in ascending order: 0 where all are equal, near 1 where one has everything.

    G = 2 sum(i x_i) / (n sum x) - (n + 1) / n, with i from 1 and x ascending.
    """
    size, total = len(turnovers), sum(turnovers)
    if not total:
        return None
    return 2 * sum(place * turnover for place, turnover in enumerate(turnovers, 1)) / (size * total) - (size + 1) / size


def _ranked(run: RunFolder) -> list[tuple[int, int]]:
    """Purchases and goods in fen net of refunds of each merchant that sold, the smallest turnover first."""
    return run.rows("""
        SELECT sum(n)::BIGINT AS purchases, sum(goods_fen - coalesce(refunded_fen, 0))::BIGINT AS turnover
        FROM purchases GROUP BY merchant HAVING sum(n) > 0 ORDER BY turnover, merchant""")


def _spread(ranked: list[tuple[int, int]]) -> Figure:
    parts = buckets(len(ranked))
    total = sum(turnover for _, turnover in ranked)
    rows = [(part + 1, *_part(ranked, part, parts, total)) for part in range(parts)]
    inequality = gini([turnover for _, turnover in ranked])
    aids = [
        phrase(
            "report.purchases.aid",
            merchants=count(len(ranked)),
            purchases=about(sum(n for n, _ in ranked)),
            top=share(rows[-1][1]),
            part=Name("report.part", str(parts)),
            gini=verbatim(f"{inequality:.2f}" if inequality is not None else "—"),
        )
    ]
    if parts == 10:  # noqa: PLR2004 - the published comparison is for tenths
        aids.append(phrase("report.purchases.aid.published"))
    heads = tuple(
        phrase(f"report.purchases.head.{head}") for head in ("part", "merchants", "purchases", "turnover", "share")
    )
    table = Table(
        heads,
        [
            (count(place), count(size), count(n), count(turnover / FEN_A_YUAN), share(portion))
            for place, portion, size, n, turnover in rows
        ],
    )
    chart = Chart("deciles", ("part", "share", "merchants"), [row[:3] for row in rows], partial(_draw_spread, parts))
    return Figure("deciles", phrase("report.purchases.figure"), tuple(aids), (chart,), table)


def _part(ranked: list[tuple[int, int]], part: int, parts: int, total: int) -> tuple[float, int, int, int]:
    """Share of turnover, merchants, purchases and turnover of one part of the ranking."""
    inside = ranked[len(ranked) * part // parts : len(ranked) * (part + 1) // parts]
    turnover = sum(fen for _, fen in inside)
    return turnover / total if total else 0.0, len(inside), sum(n for n, _ in inside), turnover


def _draw_spread(parts: int, wording: Wording) -> Spec:
    encoding: Spec = {
        "x": {
            "field": "part",
            "type": "ordinal",
            "sort": "ascending",
            "scale": {"paddingInner": 0.3},
            "axis": {"title": wording.text(f"report.purchases.axis.{parts}"), "labelAngle": 0},
        },
        "y": {"field": "share", "type": "quantitative", "axis": share_axis(wording, "report.purchases.axis.share")},
        "tooltip": [
            told("part", wording.text("report.purchases.head.part")),
            told("share", wording.text("report.purchases.head.share"), ".1%"),
            told("merchants", wording.text("report.purchases.head.merchants")),
        ],
    }
    over = labels("share_text", {"x": encoding["x"], "y": encoding["y"]}, dy=-7)
    even = published_line(1 / parts, wording.text("report.purchases.even"))
    return frame(
        {"mark": narrow_bar("x", 70), "encoding": encoding}, *even, *over, height=250, transform=[percent("share")]
    )


def _trades(run: RunFolder) -> Table:
    heads: tuple[Phrase, ...] = tuple(
        phrase(f"report.trades.head.{head}")
        for head in ("trade", "merchants", "purchases", "turnover", "points", "deducted", "refunds")
    )
    rows = run.rows("""
        SELECT coalesce(trade, '—'), count(DISTINCT merchant), sum(n), sum(goods_fen) / 100, sum(points),
               1 - sum(cash_fen) / nullif(sum(goods_fen), 0), sum(refunds)
        FROM purchases GROUP BY ALL ORDER BY 4 DESC, 1""")
    return Table(
        heads,
        [(Name("report.trade", row[0]), *map(count, row[1:5]), share(row[5]), count(row[6])) for row in rows],
        phrase("report.trades.caption"),
        folded=False,
    )
