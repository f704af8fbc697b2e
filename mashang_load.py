"""The half of the front door that leads to the load tests: `mashang load ...`. What binds it stands in `mashang.py`."""

from pathlib import Path
from typing import Annotated

import typer

from wording.commands import Command, Group, chosen, counted, measured, named

Out = Annotated[Path | None, named("--out", "DIR", "cli.option.out")]
AsJson = Annotated[bool, typer.Option("--json", help="cli.option.json")]

load = typer.Typer(cls=Group, help="cli.load")
load.add_typer(load_adapter := typer.Typer(cls=Group, help="cli.load.adapter"), name="adapter")


@load.command("plan", cls=Command, help="cli.load.plan", epilog="cli.load.plan.example")
def load_plan(
    context: typer.Context,
    source: Annotated[str | None, named("--from", "RUN|SCENARIO", "cli.option.plan_from")] = None,
    day: Annotated[str | None, named("--day", "D", "cli.option.plan_day")] = None,
    peak: Annotated[bool, typer.Option("--peak", help="cli.option.plan_peak")] = False,
    hours: Annotated[int | None, counted("--hours", 1, "cli.option.plan_hours")] = None,
    speed: Annotated[float | None, measured("--speed", "X", "cli.option.plan_speed")] = None,
    rate: Annotated[float | None, measured("--rate", "R", "cli.option.plan_rate")] = None,
    ops: Annotated[int | None, counted("--ops", 1, "cli.option.plan_ops")] = None,
    profile: Annotated[str | None, chosen("--profile", ("day", "hunt", "objects"), "cli.option.plan_profile")] = None,
    adapter: Annotated[Path | None, typer.Option("--adapter", metavar="FILE", help="cli.option.plan_adapter")] = None,
    seed: Annotated[int | None, counted("--seed", 0, "cli.option.plan_seed")] = None,
    scale: Annotated[float | None, measured("--scale", "F", "cli.option.plan_scale")] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> int:
    """A simulated day, or a hunt for bugs, as operations."""
    from loadtests.command_line.plan import plan

    return plan(**context.params, wording=context.obj)


@load.command("linearize", cls=Command, help="cli.load.linearize", epilog="cli.load.linearize.example")
def load_linearize(
    context: typer.Context,
    history: Annotated[Path, typer.Argument(metavar="HISTORY", help="cli.argument.history")],
    model: Annotated[str | None, typer.Option("--model", metavar="NAME", help="cli.option.model")] = None,
    initial: Annotated[str | None, typer.Option("--initial", metavar="JSON", help="cli.option.initial")] = None,
    budget: Annotated[int | None, counted("--budget", 1, "cli.option.budget")] = None,
    keyed: Annotated[bool, typer.Option("--keyed", help="cli.option.keyed")] = False,
    export: Annotated[Path | None, typer.Option("--export", metavar="FILE", help="cli.option.export_history")] = None,
    as_json: AsJson = False,
) -> int:
    """Is a history linearizable?"""
    from loadtests.command_line.linearize import linearize

    return linearize(**context.params, wording=context.obj)


@load.command("demo", cls=Command, help="cli.load.demo", epilog="cli.load.demo.example")
def load_demo(
    context: typer.Context,
    bug: Annotated[str | None, typer.Option("--bug", metavar="NAME", help="cli.option.demo_bug")] = None,
    seed: Annotated[int | None, counted("--seed", 0, "cli.option.plan_seed")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="cli.option.demo_out")] = None,
) -> int:
    """A target, load, audit and report in one command."""
    from loadtests.command_line.demo import demo

    return demo(**context.params, wording=context.obj)


@load.command("property", cls=Command, help="cli.load.property", epilog="cli.load.property.example")
def load_property(
    context: typer.Context,
    adapter: Annotated[Path, typer.Option("--adapter", metavar="FILE", help="cli.argument.adapter")],
    target: Annotated[str | None, named("--target", "URL", "cli.option.other_target")] = None,
    max_examples: Annotated[int | None, counted("--max-examples", 1, "cli.option.property_examples")] = None,
    steps: Annotated[int | None, counted("--steps", 1, "cli.option.property_steps")] = None,
    seed: Annotated[int | None, counted("--seed", 0, "cli.option.property_seed")] = None,
    policy: Annotated[Path | None, named("--policy", "FILE", "cli.option.property_policy")] = None,
    accounts: Annotated[Path | None, typer.Option("--accounts", metavar="FILE", help="load.option.accounts")] = None,
    max_ops: Annotated[int | None, counted("--max-ops", 1, "cli.option.property_ops")] = None,
    max_seconds: Annotated[int | None, counted("--max-seconds", 1, "cli.option.property_seconds")] = None,
    allow_host: Annotated[list[str] | None, named("--allow-host", "HOST", "load.option.allow_host")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="cli.option.property_out")] = None,
    as_json: AsJson = False,
) -> int:
    """Random scripts on a live target, beside the engine."""
    from loadtests.command_line.property import run

    return run(**context.params, wording=context.obj)


@load.command("audit", cls=Command, help="cli.load.audit", epilog="cli.load.audit.example")
def load_audit(
    context: typer.Context,
    run: Annotated[Path, typer.Argument(metavar="RUN", help="cli.argument.load_run")],
    adapter: Annotated[Path | None, typer.Option("--adapter", metavar="FILE", help="cli.option.audit_adapter")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="cli.option.audit_out")] = None,
    no_replay: Annotated[bool, typer.Option("--no-replay", help="cli.option.no_replay")] = False,
    as_json: AsJson = False,
) -> int:
    """Was a load run right?"""
    from loadtests.command_line.audit import audit

    return audit(**context.params, wording=context.obj)


@load_adapter.command("matrix", cls=Command, help="cli.load.matrix", epilog="cli.load.matrix.example")
def load_adapter_matrix(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.argument.adapter")],
    as_json: AsJson = False,
) -> int:
    """What can be asked and checked through an adapter."""
    from loadtests.command_line.adapter import matrix

    return matrix(file=file, as_json=as_json, wording=context.obj)


@load_adapter.command("check", cls=Command, help="cli.load.check", epilog="cli.load.check.example")
def load_adapter_check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.argument.adapter")],
    target: Annotated[str | None, named("--target", "URL", "cli.option.other_target")] = None,
    accounts: Annotated[Path | None, typer.Option("--accounts", metavar="FILE", help="load.option.accounts")] = None,
    allow_host: Annotated[list[str] | None, named("--allow-host", "HOST", "load.option.allow_host")] = None,
    as_json: AsJson = False,
) -> int:
    """Each operation of an adapter once, on the live target."""
    from loadtests.command_line.adapter_check import check

    return check(**context.params, wording=context.obj)


@load_adapter.command("init", cls=Command, help="cli.load.init", epilog="cli.load.init.example")
def load_adapter_init(
    context: typer.Context,
    openapi: Annotated[str, named("--openapi", "FILE|URL", "cli.option.openapi")],
    target: Annotated[str | None, named("--target", "URL", "cli.option.drafted_target")] = None,
    ca: Annotated[Path | None, typer.Option("--ca", metavar="FILE", help="load.option.ca")] = None,
    allow_host: Annotated[list[str] | None, named("--allow-host", "HOST", "load.option.allow_host")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="cli.option.draft_out")] = None,
) -> int:
    """A draft of an adapter from an OpenAPI description."""
    from loadtests.command_line.adapter_init import init

    return init(**context.params, wording=context.obj)


@load_adapter.command("replay", cls=Command, help="cli.load.adapter_replay", epilog="cli.load.adapter_replay.example")
def load_adapter_replay(
    context: typer.Context,
    run: Annotated[Path, typer.Argument(metavar="RUN", help="cli.argument.load_run")],
    op: Annotated[int, counted("--op", 0, "cli.option.replay_op")],
    adapter: Annotated[Path, typer.Option("--adapter", metavar="FILE", help="cli.option.audit_adapter")],
) -> int:
    """One operation of a run as curl."""
    from loadtests.command_line.adapter_replay import replay

    return replay(**context.params, wording=context.obj)


@load_adapter.command("schema", cls=Command, help="cli.load.schema", epilog="cli.load.schema.example")
def load_adapter_schema() -> int:
    """The JSON Schema of adapter files."""
    from loadtests.command_line.adapter import schema as print_schema

    return print_schema()


@load.command("run", cls=Command, help="cli.load.run", epilog="cli.load.run.example")
def load_run(
    context: typer.Context,
    plan: Annotated[Path, named("--plan", "DIR", "cli.option.load_plan")],
    target: Annotated[str | None, named("--target", "URL", "cli.option.target")] = None,
    adapter: Annotated[Path | None, typer.Option("--adapter", metavar="FILE", help="cli.option.run_adapter")] = None,
    transport: Annotated[str | None, named("--transport", "fast|epoll", "load.option.transport")] = None,
    processes: Annotated[int | None, counted("--processes", 1, "cli.option.processes")] = None,
    speed: Annotated[float | None, named("--speed", "X", "load.option.speed")] = None,
    rate: Annotated[float | None, named("--rate", "R", "load.option.rate")] = None,
    max_ops: Annotated[int | None, counted("--max-ops", 1, "load.option.max_ops")] = None,
    max_seconds: Annotated[int | None, counted("--max-seconds", 1, "load.option.max_seconds")] = None,
    allow_host: Annotated[list[str] | None, named("--allow-host", "HOST", "load.option.allow_host")] = None,
    more: Annotated[list[str] | None, named("--with", "KEY=VALUE", "cli.option.more")] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> int:
    """A plan sent to a target."""
    from loadtests.command_line.load_run import run as send

    return send(**context.params, wording=context.obj)


@load.command("faults", cls=Command, help="cli.load.faults", epilog="cli.load.faults.example")
def load_faults(
    context: typer.Context,
    to: Annotated[str, named("--to", "URL", "cli.option.target")],
    plan: Annotated[Path, named("--plan", "FILE", "cli.option.fault_plan")],
    out: Annotated[Path, named("--out", "FILE", "cli.option.fault_out")],
    listen: Annotated[int | None, counted("--listen", 0, "cli.option.listen")] = None,
    as_json: AsJson = False,
) -> int:
    """A proxy that does harm by a plan."""
    from loadtests.command_line.load_faults import faults

    return faults(**context.params, wording=context.obj)


@load.command("report", cls=Command, help="cli.load.report", epilog="cli.load.report.example")
def load_report(
    context: typer.Context,
    run: Annotated[Path, typer.Argument(metavar="RUN", help="cli.argument.load_run")],
    gates: Annotated[Path | None, typer.Option("--gates", metavar="FILE", help="cli.option.gates")] = None,
    baseline: Annotated[Path | None, typer.Option("--baseline", metavar="RUN", help="cli.option.baseline")] = None,
    adapter: Annotated[Path | None, typer.Option("--adapter", metavar="FILE", help="cli.option.audit_adapter")] = None,
    faults: Annotated[Path | None, typer.Option("--faults", metavar="FILE", help="cli.option.faults")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="cli.option.report_out")] = None,
    as_json: AsJson = False,
) -> int:
    """What do the gates say of a load run?"""
    from loadtests.command_line.report import report as judge_run

    return judge_run(**context.params, wording=context.obj)
