"""The tables of texts, and the choice of the language."""

import json
import locale
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).parent


@cache
def texts_of(language: str) -> Mapping[str, str]:
    """All texts of one language, id -> text, merged from `<language>/*.json`.

    Raises:
        ValueError: two files hold the same id.
    """
    merged: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.json")):
        texts = json.loads(path.read_text(encoding="utf-8"))
        if twice := sorted(merged.keys() & texts.keys()):
            raise ValueError(f"{path.name}: {twice} stand in another file of {language} too; give each text one id")
        merged.update(texts)
    return merged


class Wording:
    """The texts of one language."""

    def __init__(self, language: str, *, wished: bool = False) -> None:
        """`language`: one of `LANGUAGES`; `wished` says that the reader asked for it, not only the machine's locale.

        Raises:
            ValueError: another language.
        """
        if language not in LANGUAGES:
            raise ValueError(f"language {language!r}: choose one of {', '.join(LANGUAGES)}")
        self.language = language
        self.page_language = language if wished else LANGUAGES[0]  # pages are mailed on
        self._texts = texts_of(language)

    def text(self, text_id: str, /, **values: object) -> str:
        """The text with its placeholders filled.

        Raises:
            KeyError: no such text, or a placeholder without a value; both are faults of the program.
        """
        return self._texts[text_id].format(**values)

    def all(self) -> Mapping[str, str]:
        """Every text by its id, placeholders unfilled: for a page that carries its texts along."""
        return dict(self._texts)


def language_wished(environment: Mapping[str, str] = os.environ) -> bool:
    """True if MASHANG_LANG names a language."""
    return environment.get("MASHANG_LANG", "").lower()[:2] in LANGUAGES


def language_from_environment(environment: Mapping[str, str] = os.environ) -> str:
    """MASHANG_LANG, else Chinese for a Chinese locale, else English."""
    wish = environment.get("MASHANG_LANG", "").lower()[:2]
    if wish in LANGUAGES:
        return wish
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if name := environment.get(variable):
            return "zh" if name.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"
