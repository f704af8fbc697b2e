"""Acceptance: one module a capability, `test_f08.py` for F08; its docstring begins with the id.

Each shows the concrete example of its capability end to end, through the catalogue: commands go through the door of
`engine.contract`, and every invariant looks on. `docs/coverage.md` is derived from what stands here.
"""
