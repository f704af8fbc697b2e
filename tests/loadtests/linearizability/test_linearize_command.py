"""`mashang load linearize`, as it is called."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from loadtests.linearizability import MODELS, Call, Header, check, write_calls
from loadtests.linearizability.timeline import timeline_svg, timeline_text
from tests.front_door.command import mashang

DOUBLE_SPEND = [
    Call("spend", {"points": 8}, 10, 40, "ok", {"available": 2}, "per_1", 1),
    Call("spend", {"points": 8}, 20, 50, "ok", {"available": 2}, "per_1", 2),
    Call("read", None, 60, 70, "ok", {"available": 2}, "per_1", 2),
    Call("earn", {"points": 8}, 60, None, "info", None, "per_1", 3),
]


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A history with a double spend."""
    path = tmp_path / "history.jsonl"
    write_calls(path, Header("points", {"per_1": 10}), DOUBLE_SPEND)
    return path


def test_a_violation_is_told(history: Path) -> None:
    """A double spend ends with 1, in both languages, with the calls as bars and the impossible one marked."""
    for language, says in (("en", "NOT linearizable"), ("zh", "不可线性化")):
        done = mashang("load", "linearize", str(history), "--lang", language)
        assert done.returncode == 1
        assert says in done.stdout
        assert "◀" in done.stdout
        assert "Traceback" not in done.stderr


def test_a_right_history_ends_with_0(tmp_path: Path) -> None:
    """A right history ends with 0, and JSON says how much was judged."""
    path = tmp_path / "right.jsonl"
    write_calls(path, Header(), DOUBLE_SPEND[1:3])
    done = mashang("load", "linearize", str(path), "--model", "points", "--initial", '{"per_1": 10}', "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["status"], found["calls"], found["keys"], found["model"]) == ("ok", 2, 1, "points")


def test_json_holds_the_shortest_history(history: Path) -> None:
    """As JSON, a violation has its key, the state it begins in, its calls, the impossible one and what explains it."""
    (found,) = json.loads(mashang("load", "linearize", str(history), "--json").stdout)["violations"]
    assert found["key"] == "per_1"
    assert found["begin"]["available"] == 10
    assert [each["f"] for each in found["history"]] == ["spend", "spend"]
    assert [each["why"] for each in found["explanations"]] == ["lost"]


def test_a_small_budget_is_unknown_and_ends_with_1(tmp_path: Path) -> None:
    """What the budget does not settle is said to be unknown and is no success."""
    path = tmp_path / "hard.jsonl"
    adds = [Call("add", 2**n, 0, 1_000, "ok", None, "k", n) for n in range(16)]
    write_calls(path, Header("counter"), [*adds, Call("read", None, 10, 990, "ok", 2**20, "k", 20)])
    done = mashang("load", "linearize", str(path), "--budget", "3000", "--lang", "en")
    assert done.returncode == 1
    assert done.stdout.startswith("Unknown")


def test_an_export_can_be_judged_again(history: Path, tmp_path: Path) -> None:
    """Written as EDN for Jepsen's tools, the history is read back and judged alike."""
    exported = tmp_path / "history.edn"
    mashang("load", "linearize", str(history), "--export", str(exported))
    again = ["load", "linearize", str(exported), "--model", "points", "--keyed", "--initial", '{"per_1": 10}', "--json"]
    assert json.loads(mashang(*again).stdout)["violated"] == ["per_1"]
    assert mashang("load", "linearize", str(history), "--export", str(exported)).returncode == 2


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (None, []),
        ('{"f": "read", "start": 1, "end": 2}\n', []),
        ('{"f": "read", "start": 1, "end": 2}\n', ["--model", "sofa"]),
        ('{"f": "read", "start": 1, "end": 2}\n', ["--model", "bank", "--initial", "{"]),
        ('{"f": "read", "start": 1, "end": 2}\n', ["--model", "bank", "--initial", "7"]),
        ('{"f": "pop", "start": 1, "end": 2}\n', ["--model", "set"]),
        ("no json\n", ["--model", "set"]),
        ('{"f": "read", "start": 1, "end": 2}\n', ["--model", "set", "--budget", "0"]),
    ],
)
def test_bad_input_is_refused_in_a_sentence(text: str | None, options: list[str], tmp_path: Path) -> None:
    """A missing file, no model, an unknown one, a bad state and bad lines end with 2 and one sentence."""
    path = tmp_path / "history.jsonl"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    done = mashang("load", "linearize", str(path), *options, "--lang", "en")
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_timeline_shows_each_call_once() -> None:
    """Bars follow the order of time, open ones end open, the impossible one is marked; the picture is whole XML."""
    (violation,) = check(DOUBLE_SPEND, MODELS["points"]({"per_1": 10})).violations
    lines = timeline_text(DOUBLE_SPEND, DOUBLE_SPEND[1])
    assert [line.endswith("◀") for line in lines] == [False, True, False, False]
    assert lines[-1].rstrip().endswith("…")
    assert lines[0].index("├") < lines[1].index("├") < lines[2].index("├")
    root = ElementTree.fromstring(timeline_svg(violation.history, violation.impossible))  # noqa: S314 - drawn just now
    assert len(root.findall(".//{*}rect")) == len(violation.history)
    many = [Call("add", 1, n, n + 5, "ok", None, "<k>", "<&>") for n in range(100)]
    assert ElementTree.fromstring(timeline_svg(many, many[0])).tag.endswith("svg")  # noqa: S314 - drawn just now
