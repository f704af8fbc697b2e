"""What a process has imported from which `tests.forked` makes others: the command and all that its commands load.

Not locust, which changes the standard library for a whole process: `mashang load run` starts it by itself.
"""

import gc
import importlib
import os
import pkgutil

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads do not survive a fork
OURS = (
    "mashang",
    "mashang_doctor",
    "sim.command_line",
    "sim.log_command_line",
    "sim.compare",
    "sim.compare_run",
    "sim.population.build",
    "sim.progress",
    "sim.report",
    "sim.run_folder",
    "sim.scenario_schema",
    "sim.simulate",
    "loadtests.adapter",
    "loadtests.bugs",
    "loadtests.plan.hunt",
    "loadtests.plan.making",
    "loadtests.plan.objects",
    "loadtests.reference.application",
    "loadtests.reference.tokens",
)
THEIRS = ("duckdb", "jinja2", "xlsxwriter", "rich.console", "rich.table", "typer.rich_utils", "uvicorn.config",
          "uvicorn.lifespan.on", "uvicorn.loops.auto", "uvicorn.protocols.http.auto", "yaml")  # fmt: skip

COMMANDS = importlib.import_module("loadtests.command_line").__path__

for _name in (*OURS, *THEIRS, *(each.name for each in pkgutil.iter_modules(COMMANDS, "loadtests.command_line."))):
    importlib.import_module(_name)
gc.collect()
gc.freeze()  # or the first collection in each child would copy all of it
