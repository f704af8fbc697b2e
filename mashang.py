"""The front door: `mashang run | compare | report | replay | check | zoo | load ... | doctor | config show | schema`.

A package is loaded only when its command is called, so `mashang --help` stays quick. Each command is one call of one
function, which takes keyword arguments named after the options and `wording`, returns an exit code, and raises
`wording.MashangError` for what a person can put right. Help texts stand in the declarations as ids of `wording`.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mashang_load import load
from wording import ExitCode, MashangError, Wording, language_from_environment, language_wished
from wording.command_line import Line, known_error, usage_error
from wording.commands import Command, Group, chosen, counted, named
from wording.option_values import PROGRESS_CHOICES, positive_scale, progress_kind, setting

__version__ = "0.1.0"
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]  # Typer exports the bad parameter but not its parent
Days = Annotated[int | None, counted("--days", 1, "cli.option.days")]
Scale = Annotated[float | None, typer.Option("--scale", metavar="F", parser=positive_scale, help="cli.option.scale")]
Seed = Annotated[int | None, counted("--seed", 0, "cli.option.seed")]
Set = typer.Option("--set", metavar="KEY=VALUE", parser=setting, help="cli.option.set")
SetVariant = typer.Option("--set", metavar="KEY=VALUE", parser=setting, help="cli.option.set_variant")
Settings = Annotated[list[str] | None, Set]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="cli.option.out")]
AsJson = Annotated[bool, typer.Option("--json", help="cli.option.json")]
Progress = typer.Option("--progress", metavar=PROGRESS_CHOICES, parser=progress_kind, help="cli.option.progress")
Scenario = Annotated[str | None, typer.Argument(metavar="SCENARIO", help="cli.argument.scenario")]

LOG_LEVELS = ("A0", "A1", "E1", "E2", "E3")
KEY_PROFILES = ("sticky", "replay_all", "success_only", "ref_unique")
SIMULATE, VERIFY, SET_UP = "cli.panel.simulate", "cli.panel.verify", "cli.panel.set_up"
app = typer.Typer(
    cls=Group,
    help="cli.mashang",
    epilog="cli.exit_codes",
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,  # locals may hold residents' records
)
config = typer.Typer(cls=Group, help="cli.config")
app.add_typer(config, name="config", rich_help_panel=SET_UP)
app.add_typer(load, name="load", rich_help_panel=VERIFY)


@app.callback(invoke_without_command=True)
def mashang(
    context: typer.Context,
    lang: Annotated[str | None, typer.Option("--lang", metavar="zh|en", help="cli.option.lang")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="cli.option.debug")] = False,
    version: Annotated[bool, typer.Option("--version", help="cli.option.version")] = False,
) -> None:
    """Says what there is when nothing is asked for. `answer` has taken --lang and --debug from the line by now."""
    if version:
        print(f"mashang {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command(cls=Command, help="cli.run", epilog="cli.run.example", rich_help_panel=SIMULATE)
def run(
    context: typer.Context,
    scenario: Scenario = None,
    days: Days = None,
    scale: Scale = None,
    seed: Seed = None,
    settings: Settings = None,
    out: Out = None,
    as_json: AsJson = False,
    excel: Annotated[bool, typer.Option("--excel", help="cli.option.excel")] = False,
    slow: Annotated[bool, typer.Option("--slow", help="cli.option.slow")] = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="cli.option.no_report")] = False,
    progress: Annotated[str | None, Progress] = None,
) -> int:
    """A year of the district, its tables and its report."""
    from sim.command_line import run as simulate

    return simulate(
        scenario=scenario,
        days=days,
        scale=scale,
        seed=seed,
        settings=settings or [],
        out=out,
        as_json=as_json,
        excel=excel,
        slow=slow,
        no_report=no_report,
        progress=progress,
        wording=context.obj,
    )


@app.command(cls=Command, help="cli.compare", epilog="cli.compare.example", rich_help_panel=SIMULATE)
def compare(
    context: typer.Context,
    base: Annotated[str, typer.Argument(metavar="BASE", help="cli.argument.base")],
    variants: Annotated[list[str] | None, typer.Argument(metavar="[VARIANT...]", help="cli.argument.variants")] = None,
    settings: Annotated[list[str] | None, SetVariant] = None,
    reps: Annotated[int | None, counted("--reps", 2, "cli.option.reps")] = None,
    seed: Seed = None,
    days: Days = None,
    scale: Scale = None,
    out: Out = None,
    as_json: AsJson = False,
) -> int:
    """Paired differences between scenarios, with intervals."""
    from sim.command_line import compare as compare_scenarios

    return compare_scenarios(
        base=base,
        variants=variants or [],
        settings=settings or [],
        reps=reps,
        seed=seed,
        days=days,
        scale=scale,
        out=out,
        as_json=as_json,
        wording=context.obj,
    )


@app.command(cls=Command, help="cli.report", epilog="cli.report.example", rich_help_panel=SIMULATE)
def report(context: typer.Context, run: Annotated[Path, typer.Argument(metavar="RUN", help="cli.argument.run")]) -> int:
    """The report of a finished run, once more."""
    from sim.command_line import report as write_report

    return write_report(run=run, wording=context.obj)


@app.command(cls=Command, help="cli.replay", epilog="cli.replay.example", rich_help_panel=VERIFY)
def replay(
    context: typer.Context,
    run: Annotated[Path, typer.Argument(metavar="RUN", help="cli.argument.replay")],
    decide: Annotated[bool, typer.Option("--decide", help="cli.option.decide")] = False,
    export: Annotated[Path | None, typer.Option("--export", metavar="FILE", help="cli.option.export")] = None,
    as_json: AsJson = False,
) -> int:
    """Does the log still say what happened? A history of commands is run instead."""
    if run.suffix == ".json":
        from loadtests.command_line.zoo import replay_history

        return replay_history(path=run, as_json=as_json, wording=context.obj)
    from sim.log_command_line import replay as replay_log

    return replay_log(run=run, decide=decide, export=export, as_json=as_json, wording=context.obj)


@app.command(cls=Command, help="cli.check", epilog="cli.check.example", rich_help_panel=VERIFY)
def check(
    context: typer.Context,
    log: Annotated[Path, typer.Argument(metavar="LOG", help="cli.argument.log")],
    level: Annotated[str | None, chosen("--level", LOG_LEVELS, "cli.option.check_level")] = None,
    profile: Annotated[str | None, chosen("--profile", KEY_PROFILES, "cli.option.check_profile")] = None,
    policy: Annotated[Path | None, named("--policy", "FILE", "cli.option.check_policy")] = None,
    mapping: Annotated[Path | None, named("--mapping", "FILE", "cli.option.check_mapping")] = None,
    out: Annotated[Path | None, named("--out", "DIR", "cli.option.check_out")] = None,
    as_json: AsJson = False,
) -> int:
    """Which invariants does the log keep?"""
    from sim.check_command_line import check as check_log

    return check_log(**context.params, wording=context.obj)


@app.command(cls=Command, help="cli.zoo", epilog="cli.zoo.example", rich_help_panel=VERIFY)
def zoo(
    context: typer.Context,
    bug: Annotated[list[str] | None, named("--bug", "NAME", "cli.option.zoo_bug")] = None,
    seeds: Annotated[int | None, counted("--seeds", 1, "cli.option.zoo_seeds")] = None,
    commands: Annotated[int | None, counted("--commands", 1, "cli.option.zoo_commands")] = None,
    shard: Annotated[str | None, named("--shard", "I/N", "cli.option.zoo_shard")] = None,
    out: Annotated[Path | None, named("--out", "DIR", "cli.option.zoo_out")] = None,
    as_json: AsJson = False,
) -> int:
    """Planted bugs against the oracles."""
    from loadtests.command_line.zoo import zoo as cage

    return cage(**context.params, wording=context.obj)


@app.command(cls=Command, help="cli.serve", epilog="cli.serve.example", rich_help_panel=VERIFY)
def serve(
    context: typer.Context,
    db: Annotated[Path, named("--db", "FILE", "serve.option.db")] = Path("mashang.db"),
    host: Annotated[str, named("--host", "HOST", "serve.option.host")] = "127.0.0.1",
    port: Annotated[int | None, counted("--port", 0, "serve.option.port")] = None,
    clock: Annotated[str, named("--clock", "wall|driven", "serve.option.clock")] = "wall",
    policy: Annotated[Path | None, named("--policy", "FILE", "serve.option.policy")] = None,
    secret: Annotated[Path | None, named("--secret", "FILE", "serve.option.secret")] = None,
    tls_cert: Annotated[Path | None, named("--tls-cert", "FILE", "serve.option.tls_cert")] = None,
    tls_key: Annotated[Path | None, named("--tls-key", "FILE", "serve.option.tls_key")] = None,
    verify: Annotated[bool, typer.Option("--verify", help="serve.option.verify")] = False,
    as_json: AsJson = False,
) -> int:
    """The engine behind HTTP."""
    from loadtests.command_line.serve import serve as serve_engine

    return serve_engine(**context.params, wording=context.obj)


@app.command(cls=Command, help="cli.doctor", epilog="cli.doctor.example", rich_help_panel=SET_UP)
def doctor(context: typer.Context, out: Out = None, as_json: AsJson = False) -> int:
    """Is this machine ready?"""
    from mashang_doctor import examine

    return examine(out=out, as_json=as_json, wording=context.obj)


@config.command("show", cls=Command, help="cli.config.show", epilog="cli.config.show.example")
def config_show(
    context: typer.Context,
    scenario: Scenario = None,
    origin: Annotated[bool, typer.Option("--origin", help="cli.option.origin")] = False,
    settings: Settings = None,
) -> int:
    """Every value of a scenario after all overrides."""
    from sim.command_line import config_show as show

    return show(scenario=scenario, origin=origin, settings=settings or [], wording=context.obj)


@app.command(cls=Command, help="cli.schema", epilog="cli.schema.example", rich_help_panel=SET_UP)
def schema(context: typer.Context) -> int:
    """The JSON Schema of a scenario."""
    from sim.command_line import schema as print_schema

    return print_schema(wording=context.obj)


def main() -> None:
    """Entry point of the command `mashang`: exits with the code of the command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show Chinese gets escapes, not a traceback
            stream.reconfigure(errors="backslashreplace")
    sys.exit(answer(sys.argv[1:]))


def answer(arguments: list[str]) -> int:
    """Carries out one command line; every failure becomes one sentence on stderr and its exit code."""
    wording = Wording(language_from_environment())
    debug = "--debug" in arguments
    try:
        line = Line.read(arguments)
        wished = line.language is not None or language_wished()
        wording, debug = Wording(line.language or wording.language, wished=wished), line.debug
        return carry_out(line.rest, wording)
    except MashangError as error:
        return say(error, wording)
    except Exception as error:
        if debug:
            raise
        return say(known_error(error), wording)


def carry_out(arguments: list[str], wording: Wording) -> int:
    """Gives the line to Typer, whose own complaints become errors in the language of the reader."""
    try:
        return app(arguments, prog_name="mashang", standalone_mode=False, obj=wording) or ExitCode.FINE
    except USAGE_ERROR as error:
        raise usage_error(error, wording) from error


def say(error: MashangError, wording: Wording) -> int:
    """Prints the one sentence and gives the exit code; an error without a text is a fault of ours, and says so."""
    try:
        print(wording.text(error.wording_id, **error.values), file=sys.stderr)
    except KeyError:
        return say(known_error(error), wording)
    return error.exit_code


if __name__ == "__main__":
    main()
