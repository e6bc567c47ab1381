"""Benchmark tables: brackets beside other decoders and the paper's formulas, as Markdown, CSV, JSON and LaTeX."""

from lincs.tables.benchmark import BenchmarkTable, Entry, benchmark_table, header_date
from lincs.tables.formats import FORMATS, render

__all__ = ["FORMATS", "BenchmarkTable", "Entry", "benchmark_table", "header_date", "render"]
