"""Every text that a person is shown, in Chinese and English.

`wording/<language>/*.json` are flat tables: id -> text with `{name}` placeholders (`str.format`; a literal brace is
doubled). One file a part of the program, ids start with the part (`cli.`, `report.`). A test holds both languages to
the same ids and placeholders.
"""

from wording.catalogue import LANGUAGES, Wording, language_from_environment, language_wished
from wording.errors import ExitCode, MashangError

__all__ = ["LANGUAGES", "ExitCode", "MashangError", "Wording", "language_from_environment", "language_wished"]
