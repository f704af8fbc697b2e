"""How a run ends otherwise than by its plan being done: what is said, what is left in the folder, what is tidied up."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from loadtests.generator.session import Session
from loadtests.generator.settings import Settings
from loadtests.generator.working import reception_of
from wording import ExitCode, MashangError, Wording, language_from_environment

logger = logging.getLogger("mashang")


def sentence_of(wrong: Exception, out: str) -> MashangError:
    """What ends a run into the folder `out`, as a sentence; the traceback of what nobody foresaw goes to the log."""
    if isinstance(wrong, MashangError):
        return wrong
    logger.error("the run ends", exc_info=wrong)
    if isinstance(wrong, OSError):
        return MashangError(ExitCode.USAGE, "load.run.bad_out", path=out)
    return MashangError(ExitCode.BROKEN, "load.run.locust_failed", path=Path(out) / "locust.log")


def leave_refusal(out: Path, error: MashangError) -> None:
    """What is wrong, in the run folder, for the command that started this process."""
    values = {name: str(value) for name, value in error.values.items()}
    told = {"code": int(error.exit_code), "id": error.wording_id, "values": values}
    if out.is_dir():
        (out / "refused.json").write_text(json.dumps(told) + "\n", encoding="utf-8")


def tidy_up(settings: Settings, session: Session) -> None:
    """The teardown of an adapter's file; what the target refuses is logged."""
    if settings.adapter:
        try:
            reception_of(settings, session).teardown()
        except MashangError as error:
            logger.warning(Wording(language_from_environment()).text(error.wording_id, **error.values))
