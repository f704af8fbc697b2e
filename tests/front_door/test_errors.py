"""Bad input gets one sentence that says what to do, and the right exit code; never a traceback."""

import errno
import subprocess
import sys
import types
from collections.abc import Callable
from typing import NoReturn

import pytest

import mashang as front_door
from tests.front_door.command import mashang_anew
from wording import ExitCode, MashangError, Wording
from wording.command_line import known_error

BAD_LINES = [
    ("run --days -1", "--days -1"),
    ("run --days 0", "--days 0"),
    ("run --days many", "--days many"),
    ("run --days 1.5", "--days 1.5"),
    ("run --scale 0", "--scale 0"),
    ("run --scale -2", "--scale -2"),
    ("run --scale nan", "--scale nan"),
    ("run --scale inf", "--scale inf"),
    ("run --seed -1", "--seed -1"),
    ("run --set points", "--set points"),
    ("run --set =5", "--set =5"),
    ("run --progress dots", "--progress dots"),
    ("run --days", "--days"),
    ("run --dayz 3", "--days"),
    ("run one two", "two"),
    ("rnu", "run"),
    ("nothing_like_it", "--help"),
    ("compare one", "--set"),
    ("compare one two --reps 1", "--reps 1"),
    ("replay", "RUN"),
    ("check", "LOG"),
    ("config", "mashang config --help"),
    ("run --lang fr", "--lang fr"),
    ("run --lang", "--lang"),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("line", "names"), BAD_LINES)
def test_a_bad_line_gets_one_sentence(
    line: str, names: str, language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that cannot be carried out ends with 2 and one sentence in the language, which names the trouble."""
    monkeypatch.setenv("MASHANG_LANG", language)
    assert front_door.answer(line.split()) == ExitCode.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert names in said.err
    assert said.err.rstrip().endswith(("。", "？") if language == "zh" else (".", "?"))


def test_a_bad_line_ends_the_process_with_its_code() -> None:
    """The exit code of a refused line is 2, its sentence stands on stderr, and nothing stands on stdout."""
    done = mashang_anew("run", "--days", "-1", "--lang", "zh")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "--days -1：请给出不小于 1 的整数。\n"


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Puts a `sim.command_line` in place whose `schema` raises."""

    def put(error: BaseException) -> None:
        def schema(wording: Wording) -> NoReturn:
            secret = "the name of a resident"  # noqa: F841 - a local that must not be shown
            raise error

        module = types.ModuleType("sim.command_line")
        module.schema = schema  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "sim.command_line", module)
        monkeypatch.setenv("MASHANG_LANG", "en")

    return put


@pytest.mark.parametrize(
    ("error", "code", "names"),
    [
        (MashangError(ExitCode.CONTENT, "cli.value_missing", option="--x"), 3, "--x needs a value"),
        (MashangError(ExitCode.BROKEN, "cli.value_missing", option="--x"), 4, "--x needs a value"),
        (MashangError(ExitCode.CONTENT, "cli.no_such_text", path="a.toml"), 4, "cli.no_such_text"),
        (MashangError(ExitCode.CONTENT, "cli.value_missing"), 4, "cli.value_missing"),
        (KeyboardInterrupt(), 130, "stays readable"),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "runs/x"), 2, "runs/x"),
        (OSError(errno.EROFS, "Read-only file system", "runs/x"), 2, "runs/x"),
        (ModuleNotFoundError("No module named 'duckdb'", name="duckdb"), 2, "mashang[report]"),
        (ModuleNotFoundError("No module named 'xlsxwriter'", name="xlsxwriter"), 2, "mashang[excel]"),
        (ModuleNotFoundError("No module named 'simpy'", name="simpy"), 2, "pip install 'mashang'"),
        (ModuleNotFoundError("No module named 'sim.gone'", name="sim.gone"), 4, "please report"),
        (ValueError("a b c\nd"), 4, "ValueError: a b c"),
        (RuntimeError(), 4, "RuntimeError"),
    ],
)
def test_a_failing_command_gets_one_sentence(
    failing: Callable[[BaseException], None],
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    names: str,
) -> None:
    """What a command raises becomes one sentence and the exit code that belongs to it."""
    failing(error)
    assert front_door.answer(["schema"]) == code
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert names in said
    assert "Traceback" not in said
    assert "resident" not in said


def test_debug_shows_the_traceback(failing: Callable[[BaseException], None]) -> None:
    """With --debug an unexpected error is not hidden, wherever on the line it stands."""
    failing(ValueError("the cause"))
    for line in (["--debug", "schema"], ["schema", "--debug"]):
        with pytest.raises(ValueError, match="the cause"):
            front_door.answer(line)


def test_debug_shows_no_locals_of_a_process() -> None:
    """The traceback of a process shows no local variable, since one may hold a resident's record."""
    code = "import mashang, sys, types\nm = types.ModuleType('sim.command_line')\n"
    code += "def schema(wording):\n    secret = 'a resident' * 2\n    raise ValueError('why')\n"
    code += "m.schema = schema; sys.modules['sim.command_line'] = m; sys.argv = ['mashang', 'schema', '--debug']\n"
    code += "mashang.main()\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ValueError: why" in done.stderr
    assert "a residenta resident" not in done.stderr


def test_an_error_without_words_has_a_name() -> None:
    """An error that says nothing is reported by its kind."""
    assert known_error(RuntimeError()).values == {"problem": "RuntimeError"}
