"""Values of options: what is refused, is refused in one sentence, in the language of the reader."""

from collections.abc import Callable

from wording.errors import ExitCode, MashangError

PROGRESS_KINDS = ("bar", "plain", "json", "none")
PROGRESS_CHOICES = "|".join(PROGRESS_KINDS)


def whole_number(option: str, minimum: int) -> Callable[[str], int]:
    """A parser for a whole number of at least `minimum`."""

    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = minimum - 1
        if value < minimum:
            raise MashangError(ExitCode.USAGE, "cli.not_int", option=option, value=text, minimum=minimum)
        return value

    return parse


def positive_number(option: str) -> Callable[[str], float]:
    """A parser for a finite number above 0."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = 0.0
        if not 0 < value < float("inf"):
            raise MashangError(ExitCode.USAGE, "cli.not_positive", option=option, value=text)
        return value

    return parse


def one_of(option: str, *choices: str) -> Callable[[str], str]:
    """A parser for one of some words."""

    def parse(text: str) -> str:
        if text not in choices:
            known = " | ".join(choices)
            raise MashangError(ExitCode.USAGE, "cli.not_a_choice", option=option, value=text, choices=known)
        return text

    return parse


def positive_scale(text: str) -> float:
    """A parser for a finite number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise MashangError(ExitCode.USAGE, "cli.not_scale", option="--scale", value=text)
    return value


def setting(text: str) -> str:
    """A parser for `key=value`."""
    key, equals, _ = text.partition("=")
    if not (equals and key.strip()):
        raise MashangError(ExitCode.USAGE, "cli.not_a_setting", value=text)
    return text


def progress_kind(text: str) -> str:
    """A parser for one of PROGRESS_KINDS."""
    if text not in PROGRESS_KINDS:
        choices = " | ".join(PROGRESS_KINDS)
        raise MashangError(ExitCode.USAGE, "cli.not_a_choice", option="--progress", value=text, choices=choices)
    return text
