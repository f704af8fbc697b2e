"""A seeded random life of the small town: every command of the catalogue, mostly possible, in any order.

Values come from what is there: an id of a living row most of the time, of a past or unknown one at times. Who gives a
command is whoever may, most of the time. So a walk of a few thousand commands reaches every event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from random import Random
from typing import Any, Literal, get_args, get_origin, get_type_hints

from engine import Engine, Envelope, Policy, new_engine, seeded_salt
from engine.catalogue import COMMANDS
from engine.kernel.command import PERSONAL_FIELDS, Command
from engine.kernel.ids import ID_DIGITS
from engine.kernel.units import DAY_S, HOUR_S, Personal, civil_day, day_start
from tests.towns import Town, small_town

NEVER_GIVEN = {"clock.fire_deadline"}  # by the engine alone
OFTEN = {
    "points.grant_award": 6,
    "payments.pay_purchase": 14,
    "payments.refund_purchase": 8,
    "participation.submit_response": 10,
    "participation.cast_ballot": 8,
    "reporting.submit_report": 4,
    "reporting.triage_report": 8,
    "reporting.dispatch_report": 8,
    "reporting.accept_report": 8,
    "reporting.resolve_report": 8,
    "reporting.rate_report": 5,
    "reporting.reopen_report": 5,
    "binding.scan_bind": 6,
    "binding.issue_qr": 2,
    "participation.change_ballot": 4,
    "participation.draft_vote": 2,
    "participation.open_vote": 3,
    "participation.draft_questionnaire": 2,
    "participation.open_questionnaire": 3,
    "participation.revise_response": 3,
    "participation.invalidate_response": 2,
    "participation.validate_response": 2,
}
"""How often of all commands; once for the rest."""
RARE = {
    "binding.dismiss_worker",
    "binding.end_binding",
    "binding.merge_persons",
    "binding.revoke_qr",
    "participation.annul_vote",
    "participation.close_questionnaire",
    "participation.close_vote",
    "payments.reimburse_points",
    "payments.settle_channel",
    "payments.settle_merchants",
}
PAUSES_S = (0, 0, 0, 1, 60, 600, 600, 600, HOUR_S, HOUR_S, 5 * HOUR_S, DAY_S)
WANTED: dict[str, tuple[str, ...]] = {
    "participation.annul_vote": ("DRAFT", "OPEN", "TALLIED"),
    "participation.cast_ballot": ("OPEN",),
    "participation.change_ballot": ("OPEN",),
    "participation.close_questionnaire": ("OPEN",),
    "participation.close_vote": ("OPEN",),
    "participation.open_questionnaire": ("DRAFT",),
    "participation.open_vote": ("DRAFT",),
    "participation.submit_response": ("OPEN",),
    "reporting.accept_report": ("DISPATCHED",),
    "reporting.confirm_report": ("RESOLVED",),
    "reporting.dispatch_report": ("TRIAGED",),
    "reporting.dispute_report": ("RESOLVED",),
    "reporting.publish_praise": ("VERIFIED",),
    "reporting.rate_report": ("RESOLVED", "CLOSED"),
    "reporting.reopen_report": ("CLOSED",),
    "reporting.resolve_report": ("IN_PROGRESS",),
    "reporting.resume_report": ("SUSPENDED",),
    "reporting.return_report": ("DISPATCHED",),
    "reporting.suspend_report": ("IN_PROGRESS",),
    "reporting.transfer_report": ("IN_PROGRESS",),
    "reporting.triage_report": ("SUBMITTED",),
    "reporting.verify_praise": ("SUBMITTED", "VERIFIED"),
}
"""States in which a command finds what it names, most of the time."""
LIVELY = {
    "points.rules.report.vest_delay_s": 3 * DAY_S,
    "points.rules.service.validity_days": 5,
    "points.rules.vote.budget_month": 12,
    "points.rules.questionnaire.period_cap": 9,
    "points.grace_days": 2,
    "points.revocation_days": 6,
    "payments.refund_window_days": 3,
    "payments.merchant_limit_fen": 50_000,
    "participation.ballot_change": True,
    "points.material_daily_cap": 9,
    "payments.sponsor_limit_fen": 300,
    "reporting.reopen_window_s": 2 * DAY_S,
    "reporting.tiers.general.working_time": True,
    "reporting.tiers.general.limit_s": 30 * HOUR_S,
}
"""A policy under which much happens within a few weeks."""
CHANGES = (
    ("points.deduction_cap_bp", "2000"),
    ("points.deduction_cap_bp", "3000"),
    ("points.lapsed_restore", '"forfeit"'),
    ("points.lapsed_restore", '"grace"'),
    ("points.material_on", "false"),
    ("points.material_on", "true"),
    ("points.moral_daily_cap", "3"),
    ("points.value_fen", "7"),
    ("payments.refund_order", '"cash_first"'),
    ("payments.refund_order", '"points_first"'),
    ("payments.refund_order", '"pro_rata"'),
    ("participation.least_answer_s", "10"),
    ("reporting.top_level", "2"),
    ("reporting.top_level", "3"),
    ("reporting.reopen_rounds", "1"),
    ("binding.tag_days", "5"),
    ("idempotency.retention_s", "172800"),
)


class Life:
    """A town, its luck, and the commands that it gives."""

    def __init__(self, seed: int, engine: Engine | None = None, policy: Policy | None = None) -> None:
        """A small town with a fourth worker kind and nobody else's business yet."""
        self.luck = Random(seed)  # noqa: S311 - a test, the same in every run
        self.engine = engine or new_engine(policy or lively(), salt=seeded_salt(seed))
        self.town: Town = small_town(self.engine)
        self.at = self.town.clock
        self.given = 0
        self.wanted: tuple[str, ...] = ()
        known = [each for each in COMMANDS if each.type not in NEVER_GIVEN]
        self._kinds = known
        self._weights = [0.2 if each.type in RARE else OFTEN.get(each.type, 1) for each in known]

    def live(self, commands: int) -> None:
        """Give some commands, one after the other."""
        for _ in range(commands):
            self.step()

    def step(self) -> Any:
        """Give one command; its answer."""
        self.at = max(self.at + self.luck.choice(PAUSES_S), self.engine.district.at)
        if self.luck.random() < 0.02:  # the last second of a day, or the first
            self.at = max(self.at, day_start(civil_day(self.at) + 1) - self.luck.randrange(2))
        (kind,) = self.luck.choices(self._kinds, self._weights)
        command = self.command(kind)
        self.given += 1
        actor, who = self.actor(command)
        by = Envelope(f"life-{self.given}", actor, who, self.at, command)
        outcome = self.engine.execute(by)
        if self.luck.random() < 0.02:
            assert self.engine.execute(by).code is outcome.code
        return outcome

    def command(self, kind: type[Command]) -> Command:
        """A command with values from the town."""
        hints = get_type_hints(kind, include_extras=True)
        self.wanted = WANTED.get(kind.type, ()) if self.luck.random() < 0.9 else ()
        values = {each.name: self.value(kind.type, each.name, hints[each.name]) for each in fields(kind)}  # type: ignore[arg-type]
        made: Command = kind(**values)
        return made

    def actor(self, command: Command) -> tuple[str, str]:
        """Who may give it, of one of its kinds of actors."""
        kind = self.luck.choice(sorted(command.actors))
        if kind == "resident":
            return kind, getattr(command, "person", "") or self._owner(command)
        if kind == "merchant":
            paid = self.engine.district.trade.payments.get(getattr(command, "payment", ""))
            return kind, paid.merchant if paid is not None else "mer_1"
        if kind == "grid":
            row = self.engine.district.cases.reports.get(getattr(command, "report", ""))
            if row is not None and row.assignee and self.luck.random() < 0.8:
                return kind, row.assignee
            return kind, self.luck.choice(sorted(self.engine.district.grid.workers))
        return kind, "off_1" if kind == "officer" else "clock"

    def _owner(self, command: Any) -> str:
        """The person whose case, response or binding a command names."""
        district = self.engine.district
        sheets = district.board.questionnaires.values()
        rows = {
            **{each: row.reporter for each, row in district.cases.reports.items()},
            **{each: row.person for sheet in sheets for each, row in sheet.responses.items()},
            **{each: row.person for each, row in district.residents.bindings.items()},
        }
        named = (getattr(command, name, "") for name in ("report", "response", "binding"))
        return next((rows[each] for each in named if rows.get(each)), "per_1")

    def value(self, wire: str, name: str, hint: Any) -> Any:
        """A value for one field."""
        named = NAMED.get(f"{wire}.{name}") or NAMED.get(name)
        if named is not None:
            return named(self)
        marks, plain = getattr(hint, "__metadata__", ()), hint
        while hasattr(plain, "__metadata__"):
            marks, plain = plain.__metadata__, get_args(plain)[0]
        if type(None) in get_args(plain):
            inner = next(each for each in get_args(plain) if each is not type(None))
            return None if self.luck.random() < 0.5 else self.value(wire, name, inner)
        if get_origin(plain) is Literal:
            return self.luck.choice(get_args(plain))
        if plain is bool:
            return self.luck.random() < 0.5
        if plain is int:
            return self.luck.randrange(1, 6)
        if any(isinstance(mark, Personal) for mark in marks):
            return "broken lamp"
        raise TypeError(f"no value for {wire}.{name}: add it to NAMED in tests/engine/invariants/life.py")

    def some(self, rows: Any, prefix: str) -> str:
        """An id of one of the rows, the newest ones first; at times one that is retired or was never made."""
        names = list(rows)
        if self.wanted and isinstance(rows, dict) and hasattr(next(iter(rows.values()), None), "state"):
            names = [name for name, row in rows.items() if row.state in self.wanted]
        if names and self.luck.random() < 0.97:
            return str(self.luck.choice(names[-4:] if self.luck.random() < 0.5 else names))
        last = self.engine.district.ids.last.get(prefix, 0)
        return f"{prefix}_{self.luck.randrange(1, last + 2):0{ID_DIGITS}d}"

    def later(self, days: int) -> int:
        """An instant within some days."""
        return self.at + self.luck.randrange(1, days * DAY_S)


def _person(life: Life) -> str:
    luck, persons = life.luck, life.engine.district.residents.persons
    if luck.random() < 0.04:
        return f"per_{luck.randrange(1, 40)}"
    least = luck.random() < 0.9
    found: list[str] = [each.id for each in persons.values() if each.active_bindings >= least]
    return luck.choice(found or ["per_1"])


def _sheet(life: Life) -> tuple[int, ...]:
    return tuple(life.luck.randrange(0, 4) for _ in range(3)) if life.luck.random() < 0.9 else (0, 0, 0)


def _points(life: Life) -> int:
    return life.luck.choice((0, 0, 0, 1, 2, 5, 9, 20))


def _choices(life: Life) -> tuple[int, ...]:
    return (life.luck.randrange(3),)


Value = Callable[[Life], Any]
NAMED: dict[str, Value] = {
    "amount_fen": lambda life: life.luck.choice((1, 100, 1_000)),
    "answers": _sheet,
    "article": lambda life: life.some(life.engine.district.board.articles, "art"),
    "award": lambda life: life.some(life.engine.district.points.awards, "awd"),
    "binding": lambda life: life.some(life.engine.district.residents.bindings, "bnd"),
    "binding.scan_bind.person": lambda life: f"per_{life.luck.randrange(1, 40)}",
    "binding.register_person.person": lambda life: f"per_{life.luck.randrange(1, 40)}",
    "binding.worker_bind.person": lambda life: f"per_{life.luck.randrange(1, 40)}",
    "building": lambda life: life.luck.choice(("bld_1", "bld_2", f"bld_{life.given}")),
    "category": lambda life: life.luck.choice(sorted(life.engine.district.policy.reporting.categories)),
    "choices": _choices,
    "closes_at": lambda life: life.later(6),
    "community": lambda life: life.luck.choice(("com_1", f"com_{life.given}")),
    "duration_s": lambda life: life.luck.choice((5, 19, 20, 60)),
    "dwelling": lambda life: life.some(life.engine.district.grid.dwellings, "dwl"),
    "binding.add_dwelling.dwelling": lambda life: f"dwl_{life.given}",
    "evidence": lambda life: f"ev_{life.luck.randrange(1, 400):08d}",
    "excluded_fen": lambda life: life.luck.choice((0, 0, 0, 1, 50)),
    "goods_fen": lambda life: life.luck.choice((1, 3, 7, 66, 100, 999, 2_000, 12_345)),
    "grid": lambda life: life.luck.choice(sorted(life.engine.district.grid.grids)),
    "binding.open_grid.grid": lambda life: f"grd_{life.given}",
    "into": _person,
    "items": lambda _life: 3,
    "merchant": lambda life: life.luck.choice(("mer_1", "mer_2")),
    "payments.register_merchant.merchant": lambda life: f"mer_{life.given}",
    "of": lambda life: life.some(life.engine.district.cases.reports, "rpt"),
    "options": lambda _life: 3,
    "participation.draft_vote.choices": lambda _life: 1,
    "payment": lambda life: life.some(life.engine.district.trade.payments, "pay"),
    "person": _person,
    "points": _points,
    "points_rate_bp": lambda life: life.luck.choice((0, 1_000, 3_000)),
    "praise": lambda life: life.some(life.engine.district.praises.praises, "prs"),
    "praised": _person,
    "purpose": lambda life: life.luck.choice(("survey", "news")),
    "qr": lambda life: life.some(life.engine.district.grid.codes, "qr"),
    "questionnaire": lambda life: life.some(life.engine.district.board.questionnaires, "qst"),
    "quorum_bp": lambda life: life.luck.choice((0, 2_000, 6_667)),
    "reason": lambda life: life.luck.choice(("no_access", "not_ours")),
    "binding.end_binding.reason": lambda life: life.luck.choice(("moved", "error", "error", "deceased")),
    "participation.invalidate_response.reason": lambda _life: "not_genuine",
    "report": lambda life: life.some(life.engine.district.cases.reports, "rpt"),
    "required_items": lambda _life: 2,
    "response": lambda life: life.some(_responses(life), "rsp"),
    "rule": lambda life: life.luck.choice(sorted(life.engine.district.policy.points.rules)),
    "subdistrict": lambda _life: "subdistrict-1",
    "binding.tag_special.tag": lambda life: life.luck.choice(("elderly_alone", "disabled")),
    "tag": lambda life: life.some(life.engine.district.special_groups.tags, "tag"),
    "tier": lambda life: life.luck.choice((None, *sorted(life.engine.district.policy.reporting.tiers))),
    "until": lambda life: life.later(3),
    "uses": lambda life: life.luck.choice((0, 1, 3)),
    "reporting.triage_report.verdict": lambda life: life.luck.choice(("accept",) * 6 + ("duplicate", "reject")),
    "vote": lambda life: life.some(life.engine.district.board.votes, "vot"),
    "participation.change_ballot.person": lambda life: life.luck.choice(_voters(life) or ["per_1"]),
    "policy.change.changes": lambda life: (life.luck.choice(CHANGES),),
    "effective_from": lambda life: life.later(9),
    "policy.set_rule.rule": lambda _life: "service",
    "policy.set_rule.ledger": lambda _life: "MP",
    "cooldown_s": lambda _life: HOUR_S,
    "vest_delay_s": lambda life: life.luck.choice((0, DAY_S)),
    "before": lambda life: max(0, life.at - 30 * DAY_S),
    "field": lambda life: life.luck.choice(sorted(PERSONAL_FIELDS)),
    "worker": lambda life: life.luck.choice(sorted(life.engine.district.grid.workers)),
    "binding.appoint_worker.worker": lambda life: f"wkr_{life.given}",
    "reporting.dispatch_report.worker": lambda life: (
        None if life.luck.random() < 0.7 else life.luck.choice(sorted(life.engine.district.grid.workers))
    ),
}
"""Field, or `command.field` -> a value for it."""


def _responses(life: Life) -> list[str]:
    sheets = list(life.engine.district.board.questionnaires.values())
    sheets = [each for each in sheets if each.state == "OPEN" and each.responses] or sheets
    return [response for sheet in sheets for response in sheet.responses]


def _voters(life: Life) -> list[str]:
    votes = life.engine.district.board.votes.values()
    return [person for vote in votes for person, unit in vote.entitled.items() if unit in vote.ballots]


def lively(**more: object) -> Policy:
    """The lively policy, with other numbers by path (`__` for a dot)."""
    return Policy().changed({**LIVELY, **{name.replace("__", "."): value for name, value in more.items()}})
