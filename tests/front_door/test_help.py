"""Help in the language of the reader, whole and aligned."""

import unicodedata
from collections.abc import Callable

import pytest

import mashang as front_door
from tests.front_door.command import mashang, mashang_anew
from wording import ExitCode

LOAD = ["load plan", "load linearize", "load audit", "load report"]
COMMANDS = ["run", "compare", "report", "replay", "check", "doctor", "config show", "schema", "serve", *LOAD]
ENGLISH_OF_TYPER = ["Usage", "Options", "Arguments", "Commands", "Show this", "[required]", "default"]


def width(line: str) -> int:
    """Columns that a line takes on a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


@pytest.fixture
def page(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What `mashang <words> --help --lang <language>` prints on a terminal of so many columns."""

    def printed(words: str, language: str, columns: str = "80") -> str:
        monkeypatch.setenv("COLUMNS", columns)
        assert front_door.answer([*words.split(), "--help", "--lang", language]) == 0
        said = capsys.readouterr()
        assert said.err == ""
        return said.out

    return printed


@pytest.mark.parametrize("words", ["", *COMMANDS, "config"])
def test_help_is_chinese_on_request(words: str, page: Callable[..., str]) -> None:
    """Every page of help is Chinese with --lang zh: no English word of Typer's is left, and no sentence is cut."""
    text = page(words, "zh")
    assert text.startswith(f"用法：mashang {words}".rstrip())
    assert "退出码" in text
    assert not [word for word in (*ENGLISH_OF_TYPER, "…") if word in text]


@pytest.mark.parametrize("words", ["", *COMMANDS, "config"])
def test_help_is_english_on_request(words: str, page: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page of help is English with --lang en, whatever the environment says, and holds no Chinese."""
    monkeypatch.setenv("MASHANG_LANG", "zh")
    text = page(words, "en")
    assert text.startswith(f"Usage: mashang {words}".rstrip())
    assert "Exit codes:" in text
    assert not [line for line in text.splitlines() if width(line) != len(line)]


@pytest.mark.parametrize("columns", ["40", "80", "120"])
def test_help_fits_the_terminal(columns: str, page: Callable[..., str]) -> None:
    """No line of Chinese help is wider than the terminal, and none loses its end."""
    text = page("run", "zh", columns)
    assert not [line for line in text.splitlines() if width(line) > int(columns)]
    assert "6类资讯不变。" in "".join(text.split())


@pytest.mark.parametrize("words", COMMANDS)
def test_each_command_has_an_example(words: str, page: Callable[..., str]) -> None:
    """The page of each command ends with an example of itself."""
    assert f"Example: mashang {words}" in page(words, "en")


def test_exit_codes_are_documented(page: Callable[..., str]) -> None:
    """The first page says what each exit code means."""
    text = page("", "en")
    for code in ExitCode:
        assert f"\n  {code}  " in text[text.index("Exit codes:") :]


def test_nothing_asked_shows_help() -> None:
    """`mashang` alone shows what there is."""
    assert mashang("--lang", "en").stdout == mashang("--help", "--lang", "en").stdout


@pytest.mark.parametrize(
    ("environment", "start"),
    [("LANG=zh_CN.UTF-8", "用法："), ("LANG=en_US.UTF-8", "Usage:"), ("MASHANG_LANG=zh", "用法：")],
)
def test_the_language_follows_the_environment(environment: str, start: str) -> None:
    """Without --lang the environment decides."""
    name, _, value = environment.partition("=")
    assert mashang("--help", environment={name: value}).stdout.startswith(start)


def test_chinese_survives_a_terminal_without_it() -> None:
    """On a terminal that knows only ASCII Chinese comes out as escapes, not as a traceback."""
    ascii_only = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = mashang_anew("run", "--days", "0", "--lang", "zh", environment=ascii_only)
    assert done.returncode == 2
    assert done.stderr.isascii()
    assert "Traceback" not in done.stderr
