"""Tries experiments as a whole: their estimates, and one from start to verdict.

`python -m tests.evidence` prints a row for each check with its figures; it starts its
own apps and models, and needs no key and no network. `--real` also has a real llama.cpp
answer and judge. The exit code is the number of checks that fail.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeAlias

from tests.evidence.benchmarks import check_benchmarks, check_real_benchmarks
from tests.evidence.estimates import check_estimates
from tests.evidence.walk import check_real_walk, check_walk

Check: TypeAlias = Callable[[Path | None], Awaitable[tuple[bool, str]]]
"""Takes a folder for pictures; says whether it holds, and what was seen."""


def checks_for(*, lengths: Path | None, real: bool) -> Mapping[str, Check]:
    """All of them by name; those of a real llama.cpp only if wanted."""
    checks: dict[str, Check] = {
        "estimates": partial(check_estimates, lengths=lengths),
        "benchmarks": check_benchmarks,
        "walk": check_walk,
    }
    if real:
        checks["real benchmarks"] = check_real_benchmarks
        checks["real walk"] = check_real_walk
    return checks


async def try_all(checks: Mapping[str, Check], only: str, shots: Path | None) -> int:
    """Run the checks whose name holds ``only``; how many failed."""
    failed = 0
    print("| check | | seen | took |\n|---|---|---|--:|")
    for name, check in checks.items():
        if only not in name:
            continue
        began = time.monotonic()
        holds, seen = await check(shots)
        failed += not holds
        sign = "yes" if holds else "**no**"
        took = f"{time.monotonic() - began:.0f} s"
        print(f"| {name} | {sign} | {seen} | {took} |", flush=True)
    return failed


def main() -> int:
    """Try everything, and return how many checks fail."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.evidence", description=__doc__
    )
    parser.add_argument(
        "--only", metavar="TEXT", default="", help="checks that hold it"
    )
    parser.add_argument("--real", action="store_true", help="ask a real llama.cpp, too")
    parser.add_argument(
        "--lengths",
        type=Path,
        metavar="FILE",
        help="CSV with a column of characters for each system whose answers were "
        "recorded, for the estimates; without it, lengths are made up",
    )
    parser.add_argument("--shots", type=Path, help="a folder for pictures")
    options = parser.parse_args()
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    checks = checks_for(lengths=options.lengths, real=options.real)
    return asyncio.run(try_all(checks, options.only, options.shots))


if __name__ == "__main__":
    sys.exit(main())
