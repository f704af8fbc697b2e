"""The help page of a command in the language of its reader.

Typer's own page breaks lines only at spaces and cuts what does not fit, so a Chinese sentence loses its end; and a
part of its words is English for ever. Declarations carry ids of `wording` in place of texts; this page puts the texts
in. Typer keeps the classes of its commands, parameters and contexts private, hence Any.
"""

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from wording.catalogue import Wording


def print_help(command: Any, context: Any, wording: Wording) -> None:
    """Prints usage, purpose, arguments, options, sub-commands by panel, and the closing lines."""
    console = Console(highlight=False)
    parameters = command.get_params(context)
    arguments = [each for each in parameters if each.param_type_name == "argument"]
    options = [each for each in parameters if each.param_type_name == "option"]
    children = list(getattr(command, "commands", {}).values())
    pieces = [context.command_path, wording.text("cli.options_metavar"), *(usage_name(each) for each in arguments)]
    if children:
        pieces.append(wording.text("cli.command_metavar"))
    console.print(Text(wording.text("cli.usage_line", pieces=" ".join(pieces))), style="bold")
    console.print(Padding(Text(wording.text(command.help)), (1, 0)))
    rows = {"cli.panel.arguments": [(each.metavar, text_of(each, wording)) for each in arguments]}
    rows["cli.panel.options"] = [(option_name(each), text_of(each, wording)) for each in options]
    for child in children:
        panel = child.rich_help_panel or "cli.panel.commands"
        rows.setdefault(panel, []).append((child.name, wording.text(child.help)))
    for title, lines in rows.items():
        section(console, wording.text(title), lines)
    console.print(Text(wording.text(command.epilog or "cli.see_exit_codes")))


def section(console: Console, title: str, rows: list[tuple[str, str]]) -> None:
    """One titled table of names and texts; nothing when there are no rows."""
    if not rows:
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(Text(name), Text(text))
    console.print(Rule(title, align="left", style="dim"))
    console.print(Padding(table, (0, 0, 1, 2)))


def usage_name(argument: Any) -> str:
    """The argument on the usage line, in brackets when it may be left out."""
    return str(argument.metavar if argument.required else f"[{argument.metavar}]")


def option_name(option: Any) -> str:
    """The option with what stands after it."""
    return " ".join(filter(None, [", ".join(option.opts), option.metavar]))


def text_of(parameter: Any, wording: Wording) -> str:
    """The text of a parameter; Typer's own options (help, completion) are found by their names."""
    texts = wording.all()
    return texts.get(parameter.help) or texts[f"cli.option.{parameter.name}"]
