"""Runs one benchmark by name, or lists them."""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench import audit, gate, recall

BENCHMARKS: dict[str, tuple[str, Callable[[], int]]] = {
    "audit": ("the audit log: saving while it is sealed, and verifying a million events", audit.main),
    "gate": ("the publish gate on the shipped content: wording, citations, cases, proof", gate.main),
    "recall": ("whom a release advised, among a million signed plans", recall.main),
}
WITH_OPTIONS: dict[str, Callable[[list[str]], int]] = {"audit": audit.main, "recall": recall.main}


def main(arguments: list[str]) -> int:
    if not arguments:
        print("Benchmarks:\n")
        for name, (measured, _) in BENCHMARKS.items():
            print(f"  ./dev bench {name:<10}{measured}")
        return 0
    if arguments[0] in WITH_OPTIONS:
        return WITH_OPTIONS[arguments[0]](arguments[1:])
    if len(arguments) > 1 or arguments[0] not in BENCHMARKS:
        print(f"There is no benchmark {' '.join(arguments)!r}. Benchmarks: {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    return BENCHMARKS[arguments[0]][1]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
