"""Measures the publish gate on the shipped content, from the document to the report."""

from __future__ import annotations

from datetime import date
from statistics import median
from time import perf_counter

from pathways.content_files import load_content
from pathways.gate.check import check_document
from pathways.gate.report import Report

RUNS = 5
GOAL = 5.0  # seconds
MUST = 10.0


def main() -> int:
    """The exit status is 1 where the median misses what it must keep."""
    document = load_content().document
    seconds = []
    for run in range(1, RUNS + 1):
        start = perf_counter()
        report = check_document(document, today=date(2026, 11, 22))
        seconds.append(perf_counter() - start)
        print(f"run {run}: {seconds[-1]:6.2f} s{shares(report)}", flush=True)
    middle = median(seconds)
    verdict = "goal met" if middle <= GOAL else "must kept, goal missed" if middle <= MUST else "must MISSED"
    print(f"median {middle:.2f} s; goal {GOAL:.0f} s, must {MUST:.0f} s: {verdict}")
    print(f"{len(report.cases)} cases, {len(report.blocking)} blocking lines, {len(report.warnings)} warnings")
    return 0 if middle <= MUST else 1


def shares(report: Report) -> str:
    if report.proof is None:
        return ", no proof"
    return f", proof {report.proof.seconds:.2f} s for {len(report.proof.results)} checks"
