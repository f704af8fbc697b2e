"""The section of capabilities counts what the tables hold, by the docstrings of the catalogue."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from sim.capability_map import CAPABILITIES, WITHOUT_COMMAND, commands_by_capability
from sim.report import write_report
from tests.acceptance.capabilities import CAPABILITIES as NAMES
from tests.docs.coverage import commands
from tests.report.page_reader import Page, read_page
from tests.report.synthetic import write_run, write_table
from wording import Wording

SAID = (("payments.pay_purchase", 40), ("payments.pay_bill", 3), ("reporting.open_topic", 1))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The page of a run in which three kinds of command were given."""
    folder = write_run(tmp_path_factory.mktemp("runs") / "few", days=40)
    columns = {"kind": [kind for kind, _ in SAID], "n": [n for _, n in SAID]}
    columns |= {name: [0] * len(SAID) for name in ("weekday", "hour", "rejected")}
    Path(folder / "tables" / "commands_by_hour.parquet").unlink()
    write_table(folder, "commands_by_hour", columns)
    return read_page(write_report(folder, "en"))


def test_each_capability_counts_its_own_commands(told: Page) -> None:
    """A purchase counts where its docstring says, a bill for utility payment, a topic for deliberation."""
    wanted: defaultdict[str, int] = defaultdict(int)
    for capability, kinds in commands().items():
        wanted[capability] += sum(n for kind, n in SAID if kind in kinds)
    shown = dict(told.rows("capabilities"))
    assert shown == {each: wanted[each] for each in CAPABILITIES if each not in WITHOUT_COMMAND}
    assert shown["F19"] == 3
    assert shown["F14"] == 1


def test_the_map_is_that_of_the_coverage_page() -> None:
    """Report and docs/coverage.md read the same docstrings, and only three rows have no command of their own."""
    found = {capability: set(kinds) for capability, kinds in commands_by_capability().items() if kinds}
    assert found == {capability: set(kinds) for capability, kinds in commands().items()}
    assert set(CAPABILITIES) - found.keys() == set(WITHOUT_COMMAND)


def test_names_are_those_of_the_platform() -> None:
    """The report calls each capability as the coverage page does."""
    chinese, english = Wording("zh").all(), Wording("en").all()
    for capability, (zh, en) in NAMES.items():
        assert chinese[f"report.capability.{capability}"] == zh
        assert english[f"report.capability.{capability}"].lower() == en.lower()


def test_services_are_summed_by_month(page: Page) -> None:
    """Four deliveries a day are 120 in a month of thirty days; verified minutes are shown in hours."""
    deliveries = {month: n for month, line, n in page.rows("deliveries") if line == "deliveries"}
    hours = {month: n for month, line, n in page.rows("volunteers")}
    assert deliveries["2021-11"] == 120
    assert hours["2021-11"] == pytest.approx(30 * 1_700 / 60, rel=1e-5)
