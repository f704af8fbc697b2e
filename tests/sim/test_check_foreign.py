"""`mashang check` on logs that others wrote: what it prints, what it writes, and with which code it ends."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.foreign.history import header
from engine.foreign.terms import Terms
from tests.engine.foreign.logs import lived, written
from tests.engine.invariants.life import lively
from tests.engine.kernel.tampering import members
from wording import ExitCode, Wording

Say = Callable[..., tuple[int, str, str]]
LANGUAGES = ("zh", "en")
GOOD = [json.dumps(header(Terms(own_ids=True), lively())), *lived(6, 600)]


def bad() -> list[str]:
    """The log of a mall that gives back more than was paid."""
    told = [json.loads(each) for each in GOOD]
    refund = next(each for each in told if each.get("type") == "payments.purchase_refunded")
    refund["data"]["cash_fen"] += 100
    return [json.dumps(told[0]), *map(written, told[1:])]


BAD = bad()


def log(folder: Path, told: list[str], name: str = "events.jsonl") -> Path:
    """A log file."""
    path = folder / name
    text = "".join(f"{each}\n" for each in told).encode()
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["events.jsonl", "events.jsonl.gz", "no ending"])
def test_a_log_that_keeps_everything_ends_with_0(tmp_path: Path, say: Say, name: str, language: str) -> None:
    """Packed or not: each invariant with its status and the reason why not, and no folder of findings."""
    path = log(tmp_path, GOOD, name)
    code, out, err = say("check", path, "--lang", language)
    wording = Wording(language)
    assert (code, err) == (ExitCode.FINE, "")
    assert wording.text("foreign.kept") in out
    assert wording.text("foreign.needs.state") in out
    assert wording.text("foreign.absent.H06") in out
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_log_that_breaks_something_ends_with_1_and_shows_it(tmp_path: Path, say: Say, language: str) -> None:
    """The invariant, the line, what was seen, and a file that shows it; the file checked again breaks it again."""
    path = log(tmp_path, BAD)
    code, out, err = say("check", path, "--lang", language)
    assert (code, err) == (ExitCode.FINDINGS, "")
    number = next(n for n, each in enumerate(BAD, 1) if '"payments.purchase_refunded"' in each)
    assert any(line.startswith("S08") and str(number) in line for line in out.splitlines())
    shown = tmp_path / "events.jsonl.findings" / f"S08-line-{number}.jsonl"
    assert shown.name in out
    assert len(shown.read_text().splitlines()) < len(BAD) / 4
    code, out, err = say("check", shown, "--json", "--out", tmp_path / "again")
    assert code == ExitCode.FINDINGS
    assert json.loads(out)["violations"]["S08"]


def test_json_says_all_of_it(tmp_path: Path, say: Say) -> None:
    """Level, profile, counts, each invariant, each violation with its line and its file."""
    code, out, err = say("check", log(tmp_path, BAD), "--json", "--out", tmp_path / "found", "--level", "E1")
    found = json.loads(out)
    assert (code, err) == (ExitCode.FINDINGS, "")
    assert (found["level"], found["profile"], found["lines"]) == ("E1", "sticky", len(BAD))
    first = next(each for each in found["first_violations"] if each["id"] == "S08")
    assert Path(first["shown_by"]).is_file()
    assert first["line"] == int(first["shown_by"].rpartition("-")[2].partition(".")[0])
    lots = next(each for each in found["invariants"] if each["id"] == "T04")
    assert (lots["status"], lots["needs"]) == ("not checkable", "lots")


def test_policy_and_profile_of_the_line_win(tmp_path: Path, say: Say) -> None:
    """A policy that gives fewer points makes every award one on other terms."""
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"points.rules.questionnaire.points": 1}))
    path = log(tmp_path, GOOD)
    code, out, _ = say("check", path, "--policy", policy, "--profile", "ref_unique", "--json")
    found = json.loads(out)
    assert code == ExitCode.FINDINGS
    assert found["profile"] == "ref_unique"
    assert found["violations"]["T24"]


MAPPING = """
[line]
at = "when"
[types]
earned = "points.award_granted"
[data."points.award_granted"]
award = "no"
person = "member"
rule = {value = "service"}
evidence = "for"
points = {from = "amount", scale = 1}
"""


def test_a_mapping_tells_their_words(tmp_path: Path, say: Say) -> None:
    """Two awards for one fact are found in a log that knows nothing of our names; and the file that shows it, too."""
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING)
    body = {"member": "Zhang", "for": "act_1", "amount": "2"}
    line = {"type": "earned", "actor": "system:x"}
    told = [json.dumps({**line, "when": 1_640_000_000, "key": f"k{n}", "data": {**body, "no": n}}) for n in "ab"]
    path = log(tmp_path, told)
    code, out, err = say("check", path, "--mapping", mapping, "--json")
    found: dict[str, Any] = json.loads(out)
    assert (code, err) == (ExitCode.FINE, "")  # without numbers it is a log of answers: who earns what is not in it
    assert found["level"] == "A0"
    mapping.write_text(f'{MAPPING}\n[line.seq]\nfrom = "nr"\n')
    path.write_text("".join(f"{json.dumps({**json.loads(each), 'nr': n})}\n" for n, each in enumerate(told)))
    code, out, err = say("check", path, "--mapping", mapping, "--json")
    found = json.loads(out)
    assert code == ExitCode.FINDINGS
    assert set(found["violations"]) == {"T22"}
    shown = found["first_violations"][0]["shown_by"]
    assert say("check", shown, "--mapping", mapping)[0] == ExitCode.FINDINGS


REFUSED: dict[str, tuple[bytes, list[str], ExitCode]] = {
    "not JSON": (b'{"type":', [], ExitCode.USAGE),
    "not UTF-8": (b'{"type":"\xff"}', [], ExitCode.USAGE),
    "a missing part": (b'{"type":"x","data":{}}', [], ExitCode.USAGE),
    "a bad header": (b'{"log":"mashang events","version":9}', [], ExitCode.USAGE),
    "a bad level": (b"{}", ["--level", "E9"], ExitCode.USAGE),
    "a bad profile": (b"{}", ["--profile", "none"], ExitCode.USAGE),
    "a missing policy": (b"{}", ["--policy", "nowhere.json"], ExitCode.USAGE),
    "a missing mapping": (b"{}", ["--mapping", "nowhere.toml"], ExitCode.USAGE),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_gets_one_sentence(tmp_path: Path, say: Say, name: str, language: str) -> None:
    """No traceback, nothing on stdout, one sentence."""
    content, options, exit_code = REFUSED[name]
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    code, out, err = say("check", path, *options, "--lang", language)
    assert (code, out) == (exit_code, "")
    assert err.count("\n") == 1
    assert err.rstrip().endswith((".", "。"))


DOCUMENTS: dict[str, bytes] = {
    "random": bytes(range(256)),
    "a list": b"[]",
    "deep": b"[" * 100_000,
    "deep objects": b'{"points.value_fen":' * 50_000,
    "a huge number": b'{"points.value_fen":' + b"9" * 5_000 + b"}",
    "NaN": b'{"points.value_fen":NaN}',
    "a name twice": b'{"points.value_fen":1,"points.value_fen":2}',
    "UTF-16": '{"points.value_fen":1}'.encode("utf-16"),
    "a surrogate": b'{"points.value_fen":"\\ud800"}',
    "a wrong path": b'{"points.nothing":1}',
    "a wrong value": b'{"points.value_fen":-1}',
    "a wrong document": b'{"version":1,"points":7}',
    "odd keys": b'{"":1,"..":2}',
    "too large": b" " * (5 << 20),
}


@pytest.mark.parametrize("kind", ["--policy", "--mapping"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_gets_one_sentence(tmp_path: Path, say: Say, name: str, kind: str) -> None:
    """A policy or a mapping of any bytes ends with 3 and one sentence."""
    path, document = log(tmp_path, GOOD), tmp_path / "document"
    document.write_bytes(DOCUMENTS[name])
    code, out, err = say("check", path, kind, document, "--lang", "en")
    assert (code, out) == (ExitCode.CONTENT, "")
    assert err.count("\n") == 1


def test_options_of_foreign_logs_are_refused_for_ours(tmp_path: Path, say: Say) -> None:
    """A journal says its policy itself."""
    path = tmp_path / "journal.jsonl.gz"
    path.write_bytes(b"".join(members()))
    code, out, err = say("check", path, "--level", "E1", "--lang", "en")
    assert (code, out) == (ExitCode.USAGE, "")
    assert "leave out" in err


def test_an_export_of_a_run_can_be_checked(tmp_path: Path, say: Say) -> None:
    """`replay --export` writes what `check` reads, policy included."""
    path, events = tmp_path / "journal.jsonl.gz", tmp_path / "events.jsonl"
    path.write_bytes(b"".join(members()))
    assert say("replay", path, "--export", events)[0] == ExitCode.FINE
    code, out, err = say("check", events, "--json")
    assert (code, err) == (ExitCode.FINE, "")
    assert json.loads(out)["level"] == "E3"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, say: Say) -> None:
    """The findings' folder is a file."""
    path = log(tmp_path, BAD)
    code, _, err = say("check", path, "--out", path, "--lang", "en")
    assert code == ExitCode.USAGE
    assert "--out" in err
