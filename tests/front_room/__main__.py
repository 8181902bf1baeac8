"""Tries the first five minutes in a browser, and measures the page.

`python -m tests.front_room` prints a table of the sixteen points of a newcomer, each
with its evidence, and one of figures; it starts its own apps and models, and needs no
key and no network. `--root FOLDER` does so with another checkout, such as an earlier
version. The exit code is the number of points that fail.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from tests.browser.app.running_app import ROOT
from tests.front_room.report import Report, write
from tests.front_room.trial import try_all


def main() -> int:
    """Try everything, print it, and return how many points fail."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.front_room", description=__doc__
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout")
    parser.add_argument("--only", metavar="TEXT", default="", help="rows that hold it")
    parser.add_argument(
        "--before", type=Path, help="a checkout to try first, for figures beside these"
    )
    parser.add_argument("--write", type=Path, help="where the tables go as Markdown")
    parser.add_argument("--shots", type=Path, help="a folder for pictures of failures")
    options = parser.parse_args()
    before = Report()
    if options.before:
        before = asyncio.run(try_all(options.before.resolve(), options.only, None))
    report = asyncio.run(try_all(options.root.resolve(), options.only, options.shots))
    if options.write:
        write(options.write, report, before, sys.argv[1:])
    return report.failed


if __name__ == "__main__":
    sys.exit(main())
