"""Writes docs/real_servers.md: how every behaviour of bad_server.py ends.

Takes three minutes, since the slow behaviours are asked as well. What is wrong by the
rules of its family is printed; the exit code is the number of wrong rows.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from tests.real_servers.behaviours import (
    ROOT,
    SERVER,
    ask_all,
    behaviours,
    list_all,
    lists,
    running,
)
from tests.real_servers.families import faults_of, list_faults_of
from tests.real_servers.table import document

PAGE = ROOT / "docs" / "real_servers.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.real_servers")
    parser.add_argument("--speed", type=float, default=1, help="of the server's waits")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="print these rows")
    parser.add_argument("--to", type=Path, default=PAGE, metavar="FILE")
    options = parser.parse_args()
    if SERVER is None:
        print("../shared/tools/bad_server.py is not there; nothing was written.")
        return 2
    wanted = [
        each for each in behaviours() if not options.only or each.name in options.only
    ]
    with running(options.speed) as address:
        results = asyncio.run(ask_all(address, wanted))
        listed = asyncio.run(list_all(address, [] if options.only else lists()))
    page = document(results, listed)
    if options.only:
        print(page.partition("|--:|\n")[2].partition("\n\n")[0])
    else:
        options.to.write_text(page, "utf-8")
    judged = [(each.behaviour.name, faults_of(each)) for each in results]
    judged += [(each.behaviour.name, list_faults_of(each)) for each in listed]
    wrong = [f"{name}: {'; '.join(faults)}" for name, faults in judged if faults]
    print(*wrong, f"{len(wrong)} wrong of {len(judged)}.", sep="\n")
    return min(len(wrong), 100)


if __name__ == "__main__":
    sys.exit(main())
