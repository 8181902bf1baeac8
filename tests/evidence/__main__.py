"""Tries experiments as a whole: their estimates, and one from start to verdict.

`python -m tests.evidence` prints a row for each check with its figures; it starts its
own apps and models, and needs no key and no network. `--real` also has a real llama.cpp
propose. The exit code is the number of checks that fail.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

from tests.evidence.estimates import check_estimates
from tests.evidence.walk import check_real_walk, check_walk

CHECKS = {"estimates": check_estimates, "walk": check_walk}


async def try_all(only: str, shots: Path | None, *, real: bool) -> int:
    """Run the checks whose name holds ``only``; how many failed."""
    checks = {**CHECKS, **({"real": check_real_walk} if real else {})}
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
    parser.add_argument("--shots", type=Path, help="a folder for pictures")
    options = parser.parse_args()
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    return asyncio.run(try_all(options.only, options.shots, real=options.real))


if __name__ == "__main__":
    sys.exit(main())
