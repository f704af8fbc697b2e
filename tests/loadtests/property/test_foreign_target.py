"""A partial adapter on a small foreign API: only what it maps is asked, in its own shapes, on its own clock."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mashang import answer
from tests.loadtests.property.serving import replayed
from tests.loadtests.property.till import Till, opened

ADAPTER = Path(__file__).with_name("till.yaml")


def outcome(till: Till, out: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """Exit code and result."""
    with opened(till) as url:
        code = answer(
            ["load", "property", "--adapter", str(ADAPTER), "--target", url, "--out", str(out), "--steps", "12", *more]
        )
        return code, json.loads((out / "property.json").read_text("utf-8"))


def test_a_right_till_is_right(tmp_path: Path) -> None:
    """Its four operations are asked and compared; it has no engine's events, no driven clock, no policy to change."""
    code, found = outcome(Till(), tmp_path / "out", "--max-examples", "5")
    assert (code, found["verdict"], found["finding"]) == (0, "same", None)
    assert set(found["answers"]) == {
        "points.grant_award", "payments.pay_purchase", "payments.refund_purchase", "read:points.balance",
    }  # fmt: skip
    assert found["commands"] == {"served": 3, "accepted": 3, "never_accepted": []}
    assert (found["driven_clock"], found["unknown"]) == (False, 0)
    assert found["compared"] > 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bug", "operation", "what"),
    [
        ("generous", "payments.refund_purchase", "made"),  # a fen more is given back
        ("shy", "read:points.balance", "view"),  # a point less is shown
        ("twice", "", "made"),  # a repeat is carried out once more
    ],
)
def test_a_wrong_till_is_found(bug: str, operation: str, what: str, tmp_path: Path) -> None:
    """In a few steps, and the pytest file and the curl lines show it on the same host again."""
    till, out = Till(bug), tmp_path / "out"
    code, found = outcome(till, out, "--max-examples", "30")
    assert (code, found["verdict"]) == (1, "different")
    finding = found["finding"]
    assert finding["operation"] == (operation or finding["operation"])
    assert finding["what"] in {what, "outcome", "code"}
    assert len(finding["steps"]) <= 4
    with opened(till) as url:
        passed = replayed(out, url)
        curled = subprocess.run(
            ["sh", str(out / "finding" / "replay.sh")],  # noqa: S607
            env={**os.environ, "BASE": url},
            check=True,
            capture_output=True,
            text=True,
        )
    assert passed == 1
    last = json.loads(curled.stdout.strip().rpartition("\n")[2])
    if bug == "shy":
        assert last == {"free": int(finding["got"])}
    else:
        assert ("number" in last) == (finding["what"] == "made" or finding["got"] == "ok")


def test_outcomes_that_nobody_knows_are_no_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A target that only fails is not right and not wrong: exit 6, and each example ends at its first unknown."""
    code, found = outcome(Till("out of order"), tmp_path / "out", "--max-examples", "3")
    assert (code, found["verdict"]) == (6, "unjudged")
    assert found["unknown"] == found["ended_early"] > 0
    assert "adapter check" in capsys.readouterr().out


def test_the_till_says_first_what_is_malformed() -> None:
    """Like the engine: a refund of nothing is malformed, of whatever payment; else the right till would differ."""
    till = Till()
    key = till.answer("POST", "/people", {"name": "resident:per_1"}, {})[1]["key"]
    for payment in ("9", "pay_9"):
        headers = {"x-key": key, "x-once": payment}
        said = till.answer("POST", f"/purchases/{payment}/refunds", {"total": "0.00"}, headers)
        assert said == (400, {"reason": "BAD_AMOUNT"})
