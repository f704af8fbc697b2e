"""Putting a wrong body into a function that other modules already hold.

The code object of the living function is exchanged, so that tables of handlers, `from x import f` and properties all
meet the wrong version. Whoever calls this lives in a child process that ends after the trial.
"""

from __future__ import annotations

import functools
import gc
import textwrap
import warnings
from collections import defaultdict
from pathlib import Path
from types import CodeType, FunctionType

from tests.mutation.mutants import Function, Mutant

Cache = functools._lru_cache_wrapper
Living = dict[tuple[str, int], list[FunctionType]]
"""By file and first line: the function objects that run this code; a factory may have made several."""


class CannotSwitchError(Exception):
    """The wrong version does not fit into the living function, say, since it closes over other names."""


def living(root: Path) -> Living:
    """Every function below a folder that is in memory now."""
    found: Living = defaultdict(list)
    prefix = f"{root}/"
    for each in gc.get_objects():
        if type(each) is FunctionType and each.__code__.co_filename.startswith(prefix):
            code = each.__code__
            found[code.co_filename, code.co_firstlineno].append(each)
    return found


def switch(functions: list[FunctionType], function: Function, mutant: Mutant) -> None:
    """Let functions run the text of a mutant from now on.

    Raises:
        CannotSwitchError: when the text does not compile, or not to what fits.
    """
    try:
        for each in functions:
            wrong = _made(each, function, mutant)
            each.__code__ = wrong.__code__
            each.__defaults__ = wrong.__defaults__
            each.__kwdefaults__ = wrong.__kwdefaults__
    except Exception as refused:
        raise CannotSwitchError(mutant.change) from refused


def _made(right: FunctionType, function: Function, mutant: Mutant) -> FunctionType:
    text = textwrap.dedent(mutant.text)
    if function.class_name:
        text = f"class {function.class_name}:\n" + textwrap.indent(text, "    ")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = compile(f"from __future__ import annotations\n{text}", right.__code__.co_filename, "exec")
    names = dict(right.__globals__)
    exec(code, names)  # noqa: S102 - the text of a function of ours, spoilt
    name = function.name.rpartition(".")[2]
    wrong = vars(names[function.class_name])[name] if function.class_name else names[name]
    assert isinstance(wrong, FunctionType)
    if wrong.__code__.co_freevars != right.__code__.co_freevars:
        raise CannotSwitchError(mutant.change)
    return FunctionType(_placed(wrong.__code__, right.__code__), right.__globals__, name, wrong.__defaults__)


def _placed(wrong: CodeType, right: CodeType) -> CodeType:
    return wrong.replace(co_firstlineno=right.co_firstlineno, co_qualname=right.co_qualname)


def caches(packages: tuple[str, ...]) -> list[Cache]:
    """The caches of functions of some packages: what they hold was computed by the right versions."""
    found = (each for each in gc.get_objects() if isinstance(each, functools._lru_cache_wrapper))
    return [each for each in found if (each.__module__ or "").split(".")[0] in packages]
