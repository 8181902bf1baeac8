"""Prints how much of each package the tests ran; fails where too little of it.

`make test` calls it after the tests, which leave what ran in `build/coverage.json`.
"""

import json
import sys
from pathlib import Path

MEASURED = Path("build/coverage.json")
PACKAGES = ("moa_core", "storage", "services", "pages")
FLOORS = {
    "": 85,
    "moa_core/engine/": 95,
    "storage/spending/ledger.py": 95,
    "pages/widgets/markdown/labels.py": 95,
    "storage/transfer/": 95,
}
"""Percent of lines and branches, where a mistake costs money or lets something in."""


def main() -> int:
    files = json.loads(MEASURED.read_text("utf-8"))["files"]

    def percent(prefix: str) -> float:
        """How much of the files that begin so was run, in percent."""
        ran = missed = 0
        for name, file in files.items():
            if name.startswith(prefix):
                summary = file["summary"]
                ran += summary["covered_lines"] + summary["covered_branches"]
                missed += summary["missing_lines"] + summary["missing_branches"]
        return 100 * ran / (ran + missed)

    print("Covered, lines and branches:")
    for package in PACKAGES:
        print(f"  {percent(f'{package}/'):5.1f} %  {package}")
    short = 0
    for prefix, floor in FLOORS.items():
        covered = percent(prefix)
        short += covered < floor
        print(f"  {covered:5.1f} %  {prefix or 'all'} (at least {floor})")
    return short


if __name__ == "__main__":
    sys.exit(main())
