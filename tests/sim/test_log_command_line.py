"""`mashang replay` and `mashang check`: what they say of whole, broken and foreign logs, and with which exit code."""

import errno
import gc
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.invariants import INVARIANTS, OBLIGATIONS
from engine.replay import decide_again, fold, state_digest
from sim.log_file import JOURNAL, MANIFEST, ExportFile, collector_off
from tests.engine.kernel.tampering import members, opened, rechained, texts, written
from wording import ExitCode, MashangError, Wording

WHOLE = b"".join(members())
HEAD = opened(WHOLE)
RECORDS = sum(1 for _ in HEAD)
STATE = state_digest(fold(opened(WHOLE)))
STATED = {"file": JOURNAL, "records": RECORDS, "head": HEAD.head.hex(), "digest": STATE}
LANGUAGES = ("zh", "en")
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder with a whole log and its manifest."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / JOURNAL).write_bytes(WHOLE)
    (folder / MANIFEST).write_text(json.dumps({"status": "finished", "journal": STATED}))
    return folder


def one_sentence(said: str) -> bool:
    """Whether something is one line that ends as a sentence, without a traceback."""
    return said.count("\n") == 1 and said.rstrip().endswith((".", "。")) and "Traceback" not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("decide", [(), ("--decide",)])
def test_a_whole_log_is_told(run: Path, say: Say, language: str, decide: tuple[str, ...]) -> None:
    """A run folder's log gives its counts, head and digest, and says that the manifest states the same."""
    code, out, err = say("replay", run, *decide, "--lang", language)
    assert (code, err) == (ExitCode.FINE, "")
    assert all(each in out for each in (f"{RECORDS:,}", STATE, HEAD.head.hex(), "+08:00"))
    wording = Wording(language)
    assert wording.text("log.same_as_manifest") in out
    assert (wording.text("log.decided") in out) == bool(decide)


def test_a_log_on_its_own_is_told(run: Path, say: Say) -> None:
    """A log that is named itself needs no manifest, and says that there was none."""
    code, out, err = say("replay", run / JOURNAL, "--lang", "en")
    assert (code, err) == (ExitCode.FINE, "")
    assert Wording("en").text("log.no_manifest") in out


def test_json_holds_the_same(run: Path, say: Say) -> None:
    """--json gives the numbers to programs; commands, deadlines and rejections are those of the log."""
    code, out, err = say("replay", run, "--json")
    found = json.loads(out)
    records = [json.loads(text) for text in texts()[1:]]
    fired = sum(record["envelope"]["type"] == "clock.fire_deadline" for record in records)
    assert (code, err) == (ExitCode.FINE, "")
    assert (found["records"], found["deadlines"], found["commands"]) == (len(records), fired, len(records) - fired)
    assert sum(found["rejected"].values()) == sum(record["status"] == "rejected" for record in records)
    assert found["events"] == sum(len(record["events"]) for record in records)
    assert (found["head"], found["digest"], found["digest_in_manifest"]) == (HEAD.head.hex(), STATE, STATE)
    assert found["from"].startswith("2021-09-15 08:00:00+08:00")


def test_an_export_holds_every_event(run: Path, say: Say, tmp_path: Path) -> None:
    """--export writes the lines for other programs into a new file, and refuses one that is there."""
    target = tmp_path / "events.jsonl"
    code, _, err = say("replay", run, "--export", target)
    head, *lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert (code, err) == (ExitCode.FINE, "")
    assert (head["log"], head["version"], head["own_ids"], head["operated"]) == ("mashang events", 1, True, True)
    assert [line["seq"] for line in lines if line["seq"]] == list(range(1, HEAD.seq + 1))
    for path in (target, tmp_path / "no such folder" / "x"):
        before = target.read_bytes()
        code, _, err = say("replay", run, "--export", path, "--lang", "en")
        assert code == ExitCode.USAGE
        assert one_sentence(err)
        assert target.read_bytes() == before


CUT = WHOLE[: len(WHOLE) // 2]
STARTS = [sum(map(len, members()[:n])) for n in range(len(members()))]
EDITED = rechained([*texts()[:-1], texts()[-1].replace(b'"ok"', b'"rejected"')])
FAULTS: list[tuple[bytes, ExitCode, str]] = [
    (b"", ExitCode.USAGE, "empty"),
    (b"something else", ExitCode.USAGE, "no log"),
    (WHOLE[:1000], ExitCode.BROKEN, "byte 0"),
    (CUT, ExitCode.BROKEN, f"byte {max(start for start in STARTS if start <= len(CUT))}"),
    (b"".join(members()[:-1]), ExitCode.BROKEN, f"byte {len(WHOLE) - len(members()[-1])}"),
    (WHOLE[:4000] + b"x" + WHOLE[4001:], ExitCode.BROKEN, "byte 3"),
    (WHOLE + b"\n", ExitCode.BROKEN, f"byte {len(WHOLE)}"),
    (EDITED, ExitCode.BROKEN, f"record {RECORDS}"),
    (rechained([b'{"journal":"mashang journal","n":0,"version":7}']), ExitCode.USAGE, "version"),
    (rechained([b'{"journal":"mashang journal","n":0,"version":1}']), ExitCode.BROKEN, "policy"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", ["replay", "check"])
@pytest.mark.parametrize(("content", "exit_code", "names"), FAULTS, ids=range(len(FAULTS)))
def test_a_faulty_log_gets_one_sentence(
    content: bytes, exit_code: ExitCode, names: str, command: str, language: str, tmp_path: Path, say: Say
) -> None:
    """A foreign file ends with 2, a cut or changed log with 4 and its place; nothing is printed beside it."""
    log = tmp_path / "x.gz"
    log.write_bytes(content)
    code, out, err = say(command, log, "--lang", language)
    assert (code, out) == (exit_code, "")
    assert one_sentence(err)
    assert names in err or language == "zh"
    assert all(number in err for number in names.split() if number.isdigit())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", ["replay", "check"])
@pytest.mark.parametrize("place", ["gone", ".", "/dev/zero"])
def test_what_is_no_file_gets_one_sentence(place: str, command: str, language: str, tmp_path: Path, say: Say) -> None:
    """A path where nothing is, a folder without a log and a device that never ends are refused with 2."""
    code, out, err = say(command, tmp_path / place, "--lang", language)
    assert (code, out) == (ExitCode.USAGE, "")
    assert one_sentence(err)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 200_000])
def test_a_bad_manifest_gets_one_sentence(content: bytes, run: Path, say: Say) -> None:
    """A manifest that cannot be read is refused with 2, and the log itself can still be named."""
    (run / MANIFEST).write_bytes(content)
    code, _, err = say("replay", run)
    assert code == ExitCode.USAGE
    assert one_sentence(err)
    assert say("replay", run / JOURNAL)[0] == ExitCode.FINE


@pytest.mark.parametrize(("name", "value"), [("records", 5), ("head", "00"), ("digest", "00")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_manifest_of_another_log_is_found(name: str, value: object, language: str, run: Path, say: Say) -> None:
    """Where the manifest states another number of records, head or digest, the answer is 4 with both."""
    (run / MANIFEST).write_text(json.dumps({"status": "finished", "journal": {**STATED, name: value}}))
    code, out, err = say("replay", run, "--lang", language)
    assert (code, out) == (ExitCode.BROKEN, "")
    assert one_sentence(err)
    assert f"{value}" in err


@pytest.mark.parametrize("manifest", [{}, {"journal": None}, {"status": "running", "journal": {"records": 5}}])
def test_a_manifest_that_states_nothing_is_no_fault(manifest: dict[str, Any], run: Path, say: Say) -> None:
    """The manifest of a run that was killed says nothing final about its log."""
    (run / MANIFEST).write_text(json.dumps(manifest))
    assert say("replay", run)[0] == ExitCode.FINE


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_difference_is_shown_with_both_texts(run: Path, say: Say, language: str) -> None:
    """--decide names the first record that comes out differently and shows both texts around the place."""
    place = next(n for n, text in enumerate(texts()) if b"points.award_granted" in text)
    record = json.loads(texts()[place])
    record["events"][0]["data"]["points"] = 77
    content = rechained([*texts()[:place], written(record), *texts()[place + 1 :]])
    assert decide_again(opened(content)) is not None
    log = run.parent / "edited.gz"
    log.write_bytes(content)
    code, out, err = say("replay", log, "--decide", "--lang", language)
    assert (code, out) == (ExitCode.BROKEN, "")
    assert one_sentence(err)
    assert re.search(rf"(?<!\d){place}(?!\d)", err)
    assert '"points":77' in err
    assert err.count('"points":') >= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_invariants_are_told_one_by_one(run: Path, say: Say, language: str) -> None:
    """Check says of each invariant whether it was checked, and how often; then which boundary cases the log met."""
    code, out, err = say("check", run / JOURNAL, "--lang", language)
    wording = Wording(language)
    assert (code, err) == (ExitCode.FINE, "")
    lines = out.splitlines()
    assert len(lines) == len(INVARIANTS) + 1 + len(OBLIGATIONS)
    assert [line for line in lines if line.startswith("S01") and wording.text("log.status.checked", n="1")[:3] in line]
    assert [line for line in lines if wording.text("log.status.not_checkable") in line]
    assert [line for line in lines if line.startswith("B13") and wording.all()["boundary.B13"] in line]


def test_json_tells_the_same_of_each_invariant(run: Path, say: Say) -> None:
    """With --json, check gives id, sentence, level, status and count of each invariant."""
    code, out, err = say("check", run / JOURNAL, "--json")
    found = json.loads(out)
    assert (code, err) == (ExitCode.FINE, "")
    assert (found["records"], found["violations"], found["first_violations"]) == (RECORDS, {}, [])
    assert [row["id"] for row in found["invariants"]] == [invariant.id for invariant in INVARIANTS]
    assert [row["id"] for row in found["boundaries"]] == [each.id for each in OBLIGATIONS]
    assert {row["status"] for row in found["invariants"]} == {"checked", "vacuous", "not checkable"}
    assert all(row["checked"] > 0 for row in found["invariants"] if row["status"] == "checked")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_broken_invariant_is_shown_with_its_record(run: Path, say: Say, language: str) -> None:
    """A log whose chain is true but whose points are not: check names invariant and record and ends with 4."""
    place = next(n for n, text in enumerate(texts()) if b"points.award_granted" in text)
    record = json.loads(texts()[place])
    record["events"][0]["data"]["points"] = 5_000
    log = run.parent / "edited.gz"
    log.write_bytes(rechained([*texts()[:place], written(record)]))
    code, out, err = say("check", log, "--lang", language)
    assert code == ExitCode.BROKEN
    assert one_sentence(err)
    assert re.search(rf"(?<!\d){place}(?!\d)", err)
    assert [line for line in out.splitlines() if line.startswith("T24") and f" {place}" in line]
    code, out, err = say("check", log, "--json")
    found = json.loads(out)
    assert code == ExitCode.BROKEN
    assert found["violations"]["T24"] == 1
    assert [each["n"] for each in found["first_violations"] if each["id"] == "T24"] == [place]


def test_a_full_disk_stops_an_export(tmp_path: Path) -> None:
    """An export that cannot be written says so in one sentence, while it goes on and when it is closed."""
    export = ExportFile(tmp_path / "x")

    class Full:
        def writelines(self, _lines: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    export._file.close()
    export._file = Full()  # type: ignore[assignment]
    acts: list[Callable[[], None]] = [lambda: export.write(["x"]), export.close]
    for act in acts:
        with pytest.raises(MashangError) as caught:
            act()
        assert caught.value.exit_code == ExitCode.USAGE
        assert "No space" in Wording("en").text(caught.value.wording_id, **caught.value.values)


def test_the_collector_is_left_as_it_was() -> None:
    """Reading a log switches Python's collector of cycles off and on again, also when it fails."""
    seen = []

    def fail() -> None:
        with collector_off():
            seen.append(gc.isenabled())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (seen, gc.isenabled()) == ([False], True)


def test_each_invariant_has_its_sentence_in_both_languages() -> None:
    """The texts of the invariants are those of the catalogue; a changed sentence is to be translated again."""
    stated = {f"invariant.{invariant.id}": invariant.sentence for invariant in INVARIANTS}
    english = {name: text for name, text in Wording("en").all().items() if name.startswith("invariant.")}
    assert english == stated, "copy the changed sentences to wording/en/invariants.json and translate them in zh"
