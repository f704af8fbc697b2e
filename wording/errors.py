"""What goes wrong in front of a person: an exit code, and one sentence in the language of the reader."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes, the same in every command."""

    FINE = 0
    FINDINGS = 1
    """A gate missed, an invariant violated in a foreign log, a test failed."""
    USAGE = 2
    """Bad option, missing or unreadable file, not a log of ours, output folder not writable, disk full."""
    CONTENT = 3
    """The content of a scenario, policy, adapter or gates file is invalid."""
    BROKEN = 4
    """Our own log or engine is broken: chain tampered or truncated, an invariant broken inside."""
    UNREACHABLE = 5
    """The target cannot be reached."""
    INVALID_LOAD = 6
    """The load run is invalid: generator saturated, adapter incapable."""
    INTERRUPTED = 130
    """Interrupted; what was done stays readable."""


class MashangError(Exception):
    """Ends a command with `exit_code`; the front door prints the text `wording_id` with `values` as one sentence.

    The sentence says what is wrong and what to do. Raise it where the cause is known; never for a fault of our own.
    """

    def __init__(self, exit_code: int, wording_id: str, /, **values: object) -> None:
        super().__init__(f"{wording_id} {values}")
        self.exit_code = ExitCode(exit_code)
        self.wording_id = wording_id
        self.values = values
