"""Commands and groups of commands that speak the language of their reader, and the shapes of their options."""

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from wording.errors import ExitCode, MashangError
from wording.option_values import one_of, positive_number, whole_number


def counted(option: str, minimum: int, text_id: str) -> Any:
    """An option that takes a whole number."""
    return typer.Option(option, metavar="N", parser=whole_number(option, minimum), help=text_id)


def measured(option: str, metavar: str, text_id: str) -> Any:
    """An option that takes a number above 0."""
    return typer.Option(option, metavar=metavar, parser=positive_number(option), help=text_id)


def chosen(option: str, choices: tuple[str, ...], text_id: str) -> Any:
    """An option that takes one of some words."""
    return typer.Option(option, metavar="|".join(choices), parser=one_of(option, *choices), help=text_id)


def named(option: str, metavar: str, text_id: str) -> Any:
    """An option that takes what its metavar says."""
    return typer.Option(option, metavar=metavar, help=text_id)


class Command(TyperCommand):
    """A command whose help page is in the language of its reader."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - Typer calls it so
        """Typer asks for the page here; the context carries the wording."""
        from wording.help_page import print_help  # noqa: PLC0415 - Rich is loaded for help pages only

        print_help(self, ctx, ctx.obj)


class Group(TyperGroup):
    """Commands under one name, with a help page as above."""

    format_help = Command.format_help

    def invoke(self, ctx: Any) -> Any:
        """Ctrl-C in a command ends with a sentence; Typer would end without one."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise MashangError(ExitCode.INTERRUPTED, "cli.interrupted") from error
