"""The small town with the epidemic functions on until the end of 2021, and what its people say."""

from __future__ import annotations

from engine import MemoryVault, new_engine, seeded_salt
from engine.epidemic.contacts import CheckIn, JudgeExposure
from engine.epidemic.results import RecordResult
from engine.epidemic.travel import DeclareTravel, SetRiskLevel
from engine.kernel.journal import Sink
from engine.policy import EpidemicPolicy, Policy
from engine.policy.epidemic import end_of
from engine.views.epidemic import HealthCode, health_code
from tests.towns import Town, small_town

LAST_DAY = "2021-12-31"
END = end_of(LAST_DAY)
ON = Policy(epidemic=EpidemicPolicy(last_day=LAST_DAY))
DOCTOR = "wkr_3"


class Ward:
    """A town with short words for what is often said in it."""

    def __init__(self, policy: Policy = ON, sink: Sink | None = None) -> None:
        """The small town under a policy; personal values stay in a vault in memory."""
        self.vault = MemoryVault()
        self.town: Town = small_town(new_engine(policy, sink, self.vault, seeded_salt(1)))

    @property
    def now(self) -> int:
        """The instant of the town."""
        return self.town.clock

    def test(self, person: str, result: str, ago_s: int = 0) -> None:
        """The doctor records a result of a sample taken some time ago."""
        command = RecordResult(person, self.now - ago_s, result)  # type: ignore[arg-type]
        self.town.must(command, "grid", DOCTOR)

    def check_in(self, person: str, place: str) -> str:
        """A person scans the code of a place; the id of the check-in."""
        answer = self.town.must(CheckIn(person, place), "resident", person)
        made: str = answer.events[0].check_in  # type: ignore[attr-defined]
        return made

    def judge(self, person: str, check_in: str, verdict: str) -> None:
        """The doctor says what a check-in was."""
        self.town.must(JudgeExposure(person, check_in, verdict), "grid", DOCTOR)  # type: ignore[arg-type]

    def travel(self, person: str, origin: str, ago_s: int = 0) -> None:
        """A person declares where they were until some time ago."""
        self.town.must(DeclareTravel(person, origin, self.now - ago_s), "resident", person)

    def level(self, area: str, level: str, in_s: int = 0) -> None:
        """An officer sets the level of an area."""
        self.town.must(SetRiskLevel(area, level, self.now + in_s))  # type: ignore[arg-type]

    def pass_(self, seconds: int) -> None:
        """Time passes, and what is due happens."""
        self.town.clock += seconds
        self.town.engine.advance(self.now)

    def code(self, person: str) -> HealthCode:
        """The health code that a person would show now."""
        found = health_code(self.town.engine.district, person, self.vault, self.now)
        assert found is not None
        return found
