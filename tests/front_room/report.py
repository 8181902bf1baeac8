"""Prints what was tried, and writes it as tables beside an earlier version's."""

import subprocess
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self

from tests.front_room.jobs import ELSEWHERE

POINT = "point"
_HEADS = {POINT: "The sixteen points", "measured": "The page", "job": "The jobs"}


class Tried(NamedTuple):
    """One row: whether it holds, what was seen, and what failed."""

    holds: bool
    seen: Sequence[str]
    failure: str = ""

    def told(self) -> str:
        """In one cell of a table."""
        parts = list(self.seen)
        if not self.holds:
            parts.append(f"**but {self.failure}**" if parts else f"**{self.failure}**")
        return "; ".join(parts).replace("|", "/")


@dataclass(slots=True)
class Report:
    """What was tried on one checkout.

    Attributes:
        version: Its commit.
        tables: Rows by their names, by the title of their table.
    """

    version: str = ""
    tables: dict[str, dict[str, Tried]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> Self:
        """An empty report of the checkout at ``root``."""
        command = ["git", "-C", str(root), "describe", "--always", "--dirty"]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        return cls(said.stdout.strip() or str(root))

    def begin(self, title: str, rows: Collection[str]) -> None:
        """Print the head of a table, if it has rows."""
        self.tables[title] = {}
        if rows:
            print(
                f"\n{self.version}\n\n| # | {title} | | evidence |\n|--:|---|---|---|"
            )

    def add(self, title: str, name: str, tried: Tried) -> None:
        """Note and print a row."""
        self.tables[title][name] = tried
        number = len(self.tables[title])
        print(f"| {number} | {name} | {_sign(tried)} | {tried.told()} |", flush=True)

    @property
    def failed(self) -> int:
        """How many points do not hold."""
        return sum(not each.holds for each in self.tables.get(POINT, {}).values())

    def print_sum(self) -> None:
        """Print how many points hold."""
        if points := self.tables.get(POINT):
            print(f"\n{len(points) - self.failed} of {len(points)}", flush=True)


def _sign(tried: Tried | None) -> str:
    return "" if tried is None else "yes" if tried.holds else "**no**"


def write(path: Path, report: Report, before: Report, call: Sequence[str]) -> None:
    """Write the tables behind the document's introduction, which ends in a rule."""
    intro, rule, _ = path.read_text("utf-8").partition("\n---\n")
    command = " ".join(["python -m tests.front_room", *call])
    when = datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC")
    parts = [f"`{command}`, {when}; version {report.version}, before {before.version}."]
    for title, head in _HEADS.items():
        parts += ["", f"## {head}", ""]
        parts += (
            _points(report, before) if title == POINT else _rows(title, report, before)
        )
    path.write_text(intro + rule + "\n" + "\n".join(parts) + "\n", "utf-8")


def _points(report: Report, before: Report) -> list[str]:
    old, new = before.tables.get(POINT, {}), report.tables.get(POINT, {})
    held = [sum(each.holds for each in table.values()) for table in (old, new)]
    lines = [f"**{held[1]} of {len(new)}**, before {held[0]}.", ""]
    lines += ["| # | point | before | now | what was seen |", "|--:|---|---|---|---|"]
    for number, (name, tried) in enumerate(new.items(), 1):
        was = old.get(name)
        told = tried.told()
        if was and not was.holds:
            told += f". *Before: {was.failure.replace('|', '/')}*"
        lines.append(f"| {number} | {name} | {_sign(was)} | {_sign(tried)} | {told} |")
    return lines


def _rows(title: str, report: Report, before: Report) -> list[str]:
    old = before.tables.get(title, {})
    lines = [f"| {title} | before | now |", "|---|---|---|"]
    for name, tried in report.tables.get(title, {}).items():
        was = ELSEWHERE.get(name) or (old[name].told() if name in old else "")
        lines.append(f"| {name} | {was} | {tried.told()} |")
    return lines
