"""The report of a run and the page of a comparison: one HTML file each, offline, Chinese and English.

`write_report` and `write_comparison` are what other parts call; both need the extra `report` (DuckDB and Jinja2).
"""

from sim.report.compare_page import write_comparison
from sim.report.page import write_report

__all__ = ["write_comparison", "write_report"]
