"""Prints how much of each package the tests ran; fails where too little of it.

`make test` calls it after the tests. The floor of the whole is in pyproject.toml.
"""

import sys
from io import StringIO

from coverage import Coverage

PACKAGES = ("moa_core", "storage", "services", "pages")
FLOORS = {
    "moa_core/engine/*": 95,
    "storage/spending/ledger.py": 95,
    "pages/widgets/markdown/sanitizer.py": 95,
    "storage/transfer/*": 95,
}
"""Percent of lines and branches, where a mistake costs money or lets something in."""


def main() -> int:
    coverage = Coverage()
    coverage.load()

    def percent(pattern: str) -> float:
        return coverage.report(include=[pattern], file=StringIO())

    print("Covered, lines and branches:")
    for package in PACKAGES:
        print(f"  {percent(f'{package}/*'):5.1f} %  {package}")
    missed = 0
    for pattern, floor in FLOORS.items():
        covered = percent(pattern)
        missed += covered < floor
        print(f"  {covered:5.1f} %  {pattern} (at least {floor})")
    return missed


if __name__ == "__main__":
    sys.exit(main())
