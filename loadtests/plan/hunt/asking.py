"""Questions of a hunt: every read of the catalogue, by somebody who may ask it, mostly about a balance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import Rejected
from engine.views.catalogue import READ_BY_NAME, READS
from engine.views.read import Read, read_now
from loadtests.operations import READ
from loadtests.plan.hunt.drawing import PREFIXES, types_of
from loadtests.plan.hunt.measures import BALANCE_SHARE, HOT_SHARE
from loadtests.plan.hunt.script import Script

BALANCE = READ_BY_NAME["points.balance"]
"""The question that tells most: every movement of points shows in it."""

OWN_RECORD = READ_BY_NAME["district.own_record"]
"""The question that shows somebody's tags."""


@dataclass(slots=True)
class Asking(Script):
    """A hunt that can ask: any of `reads`."""

    reads: tuple[Read, ...] = tuple(READS)
    questions: list[Read] = field(default_factory=list)

    def lags_hot(self) -> bool:
        """True while the hot account has less than its share."""
        return self.counts["of hot"] < HOT_SHARE * (len(self.operations) + 1)

    def ask(self) -> None:
        """A question about the hot account or another one; none where there is nothing to ask."""
        if not self.reads:
            return
        hot = self.lags_hot()
        usual = BALANCE in self.reads and (hot or self.luck.random() < BALANCE_SHARE)
        read = BALANCE if usual else self._next_read()
        self.drawing.forced = {"per": [self.hot]} if hot else {}
        self.put_question(read)

    def _next_read(self) -> Read:
        """Each question comes up before one comes again."""
        if not self.questions:
            self.questions = list(self.reads)
            self.luck.shuffle(self.questions)
        return self.questions.pop()

    def ask_about(self, ids: Iterable[str]) -> None:
        """Every question that names one of some things, and the balances of those whose they are."""
        for name in ids:
            prefix = name.partition("_")[0]
            persons = [name] if prefix == "per" else self.drawing.pools.owners(name)[:1]
            for read in () if prefix == "per" else self.reads:
                if any(f"'^{prefix}_" in repr(hint) for hint in types_of(read.parameters).values()):
                    self.drawing.forced = {prefix: [name], **({"per": persons} if persons else {})}
                    self.put_question(read)
            for read in (BALANCE, *((OWN_RECORD,) if prefix == "tag" else ())) if persons else ():
                self.drawing.forced = {"per": persons}
                self.put_question(read)

    def put_question(self, read: Read) -> None:
        """A question with values as they are forced, if it may be asked here."""
        if read not in self.reads:
            self.drawing.forced = {}
            return
        values = {name: self.drawing.value(name, hint) for name, hint in types_of(read.parameters).items()}
        self.drawing.forced = {}
        fit = [who for who in self._askers(values) if self._may_ask(read, values, who)]
        kind, who = self.luck.choice(fit or [("officer", "off_1")])
        self.put(f"{READ}{read.name}", f"{kind}:{who}", "", (self.said(values), "read"))

    def _askers(self, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Who might ask: whom the values name, the hot account, a member, an officer."""
        ids = [each for each in values.values() if isinstance(each, str)]
        named = [who for each in ids for who in (each, *self.drawing.pools.owners(each))]
        persons = [who for who in (*named, self.hot) if who.startswith("per_")]
        held = [(kind, who) for kind, prefix in PREFIXES.items() for who in self._concerned(prefix, ids)]
        others = [("grid", "wkr_1"), ("grid", "wkr_2"), ("merchant", "mer_1"), ("officer", "off_1")]
        return [*(("resident", who) for who in persons), *held, *others]

    def _concerned(self, prefix: str, ids: list[str]) -> list[str]:
        """Those with ids of a prefix whom the values name, or in whose hands is what they name."""
        named = [each for each in ids if each.startswith(f"{prefix}_")]
        return [*named, *(who for each in ids for who in self.drawing.pools.holders(each, prefix))]

    def _may_ask(self, read: Read, values: Mapping[str, Any], who: tuple[str, str]) -> bool:
        try:
            read_now(self.district, read, read.parameters(**values), who)
        except Rejected:
            return False
        return True
