"""One database: filled if it is empty, measured, and the table printed. Started by `python -m bench`, which says where."""

from __future__ import annotations

import argparse
import time
from itertools import chain
from pathlib import Path

import django


def main() -> None:
    """Fill and measure the database that the settings name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--copy", type=Path, help="a SQLite file of the same scale to fill it from")
    options = parser.parse_args()
    django.setup()
    fill(options.scale, options.copy)
    table(options.scale, options.runs)


def fill(scale: float, copy: Path | None) -> None:
    """Migrate, and put the data in unless they are there."""
    from django.core.management import call_command
    from django.utils import timezone

    from bench.copying import copy_from
    from bench.generate import figures, generate
    from roomnight.organization.models import Hotel

    call_command("migrate", verbosity=0)
    if not Hotel.objects.exists():
        started = time.perf_counter()
        if copy and copy.exists():
            print(f"copying from {copy}", flush=True)
            copy_from(copy)
        else:
            print(f"generating at scale {scale:g}", flush=True)
            generate(scale, timezone.localdate())
        print(f"  filled in {time.perf_counter() - started:.0f} s", flush=True)
    print("  " + ", ".join(f"{count:,} {name}" for name, count in figures().items()), flush=True)


def table(scale: float, runs: int) -> None:
    """Measure, line by line."""
    from bench.deeds import deeds
    from bench.ledger import ledger
    from bench.measure import HEAD, Bench, in_row
    from bench.ordering import ordering

    bench = Bench(runs)
    print(f"\n{HEAD}", flush=True)
    missed = 0
    for line in chain(bench.pages(), deeds(bench, scale), ledger(bench, scale), ordering(bench, scale)):
        missed += line.missed
        print(in_row(line), flush=True)
    print(f"\nTimes in milliseconds, {runs} runs each. {missed} lines miss their aim.", flush=True)


if __name__ == "__main__":
    main()
