"""Every text exists in Chinese and in English, and says the same things."""

import json
import string
from pathlib import Path

import pytest

import wording
from wording import LANGUAGES, ExitCode, MashangError, Wording, catalogue, language_from_environment

FOLDER = Path(wording.__file__).parent


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def differences(first: dict[str, str], second: dict[str, str]) -> list[str]:
    """What two tables of one file do not share: ids, or placeholders of a text."""
    shared = first.keys() & second.keys()
    unlike = [text_id for text_id in shared if placeholders(first[text_id]) != placeholders(second[text_id])]
    return sorted({*(first.keys() ^ second.keys()), *unlike})


def tables(language: str) -> dict[str, dict[str, str]]:
    """The files of a language by name."""
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted((FOLDER / language).glob("*.json"))}


def test_both_languages_hold_the_same_files() -> None:
    """A file of texts exists in each language."""
    assert tables("zh").keys() == tables("en").keys()
    assert {"cli.json", "doctor.json"} <= tables("zh").keys()


@pytest.mark.parametrize("name", sorted(tables("en")))
def test_both_languages_hold_the_same_texts(name: str) -> None:
    """A file holds the same ids in each language, and a text the same placeholders."""
    found = differences(tables("zh").get(name, {}), tables("en").get(name, {}))
    assert not found, f"wording/*/{name}: give these the same ids and placeholders in both languages: {found}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_a_text(language: str) -> None:
    """No text is empty, and each can be filled: placeholders are names, braces are closed."""
    for name, table in tables(language).items():
        for text_id, text in table.items():
            assert isinstance(text, str), f"{language}/{name}: {text_id} is no text"
            assert text.strip(), f"{language}/{name}: {text_id} is empty"
            assert all(each.isidentifier() for each in placeholders(text)), f"{language}/{name}: {text_id}"


def test_chinese_texts_are_chinese() -> None:
    """A Chinese text of two words or more has Chinese characters in it, or is the same in both languages on purpose."""
    english = Wording("en").all()
    for text_id, text in Wording("zh").all().items():
        chinese = any("一" <= character <= "鿿" for character in text)
        assert chinese or len(english[text_id].split()) < 3, f"{text_id} is not translated: {text}"


def test_differences_are_found() -> None:
    """A text that only one language has, and a placeholder that only one has, are both found."""
    assert differences({"a": "{n} days"}, {"a": "{n} 天"}) == []
    assert differences({"a": "x", "b": "y"}, {"a": "x"}) == ["b"]
    assert differences({"a": "{n} days"}, {"a": "{m} 天"}) == ["a"]


def test_a_text_is_filled() -> None:
    """The placeholders of a text take the values by name."""
    assert Wording("en").text("cli.value_missing", option="--days") == "--days needs a value after it."
    assert Wording("zh").text("cli.value_missing", option="--days") == "--days 后面要写一个值。"


def test_a_fault_of_the_program_is_loud() -> None:
    """An id that does not exist and a value that was forgotten raise, and so does a language that is not offered."""
    with pytest.raises(KeyError):
        Wording("en").text("cli.no_such_text")
    with pytest.raises(KeyError):
        Wording("en").text("cli.value_missing")
    with pytest.raises(ValueError, match="choose one of"):
        Wording("fr")


def test_two_files_with_one_id_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An id stands in one file of a language: a second file with it is refused by name."""
    (tmp_path / "en").mkdir()
    for name in ("a.json", "b.json"):
        (tmp_path / "en" / name).write_text('{"cli.twice": "text"}')
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=r"cli\.twice"):
        catalogue.texts_of.__wrapped__("en")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"MASHANG_LANG": "zh", "LC_ALL": "en_GB.UTF-8"}, "zh"),
        ({"MASHANG_LANG": "zh_CN"}, "zh"),
        ({"MASHANG_LANG": "fr", "LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_language_follows_the_environment(environment: dict[str, str], language: str) -> None:
    """MASHANG_LANG wins, then the locale in the order of POSIX; other languages read English."""
    assert language_from_environment(environment) == language


def test_an_error_carries_code_and_text() -> None:
    """A MashangError knows its exit code, and its text can be filled from its own values."""
    error = MashangError(2, "cli.value_missing", option="--days")
    assert error.exit_code is ExitCode.USAGE
    assert "--days" in Wording("zh").text(error.wording_id, **error.values)
