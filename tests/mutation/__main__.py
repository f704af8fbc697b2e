"""`python -m tests.mutation points payments --shard 1/4 --minutes 30`: one sitting after the other."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.sitting import Plan, Sitting
from tests.mutation.subjects import SUBJECTS

ROOT = Path(__file__).parents[2]


def shard(text: str) -> tuple[int, int]:
    """`2/4` is the second of four."""
    which, _, of = text.partition("/")
    if not 1 <= int(which) <= int(of):
        raise argparse.ArgumentTypeError(f"{text} is no shard: write 1/4 to 4/4 for the four quarters")
    return int(which), int(of)


def asked() -> argparse.Namespace:
    """The options of this call."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []], help="default: every subject, in this order")
    parser.add_argument("--shard", type=shard, default=(1, 1), metavar="1/4", help="a part of the functions")
    parser.add_argument("--minutes", type=float, default=0.0, help="stop after the function at hand; 0: never")
    parser.add_argument("--budget", type=float, default=3.0, help="CPU seconds of tests that a mutant meets at most")
    parser.add_argument("--again", action="store_true", help="try survivors once more, as after a new test")
    parser.add_argument("--only", default="", help="only files whose path holds this text")
    return parser.parse_args()


def sit(plan: Plan) -> int:
    """One sitting; the exit code of pytest."""
    sitting = Sitting(plan)
    sitting.reach.start()
    options = ["-q", "--assert=plain", "-p", "no:cacheprovider", "-m", "not slow"]
    return int(pytest.main([*options, *plan.subject.tests], plugins=[sitting]))


def main() -> int:
    """One sitting a subject, each in a process of its own: what runs at import can be seen once only."""
    given = asked()
    if len(given.subjects) == 1:
        subject = SUBJECTS[given.subjects[0]]
        return sit(Plan(ROOT, subject, given.shard, given.minutes, given.budget, given.again, given.only))
    for name in given.subjects or SUBJECTS:
        options = [each for each in sys.argv[1:] if each not in given.subjects]
        code = subprocess.run([sys.executable, "-m", "tests.mutation", name, *options], check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
