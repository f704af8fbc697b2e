"""`python -m loadtests.command_line.demo_target`: the reference deployment on a free port, with a planted bug.

A process of its own, since a bug changes the engine of the whole process, and the audit needs the right one. It prints
what `mashang serve --json` prints, and ends by a signal.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from loadtests.bugs import BUGS, planted
from loadtests.command_line.serve import serve
from wording import Wording


def main() -> int:
    """Serve until a signal ends it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--bug", choices=sorted(BUGS))
    options = parser.parse_args()
    with planted(BUGS[options.bug] if options.bug else None):
        return serve(
            db=options.db,
            host="127.0.0.1",
            port=0,
            clock="driven",
            policy=None,
            secret=None,
            tls_cert=None,
            tls_key=None,
            verify=False,
            as_json=True,
            wording=Wording("en"),
        )


if __name__ == "__main__":
    sys.exit(main())
