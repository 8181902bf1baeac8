"""Writes `docs/pictures.md`, which shows every picture that there is."""

from pathlib import Path
from typing import Final

LAPTOP: Final = {
    "start": "A new chat, with nothing connected",
    "offer": "A key is connected while the demo is in hand: a card offers it",
    "sheet": "The mixture: layers, models, prices, and who writes the answer",
    "running": "A run under way: three samples of a real, tiny model",
    "answer": "The answer, with its layer folded to a chip a model",
    "proposals": "The proposals behind it",
    "expanded": "One proposal at full width",
    "two": "Two beside each other",
    "failed": "One model fails: its column says why, the rest go on",
    "sources": "Which proposals a sentence resembles",
    "versions": "Two versions of an answer, and their differences",
    "compare": "All texts of an answer, compared",
    "duel": "A blind duel: names, costs and times are told after the vote",
    "scoreboard": "The scoreboard, with intervals",
    "experiment": "An experiment: what is compared, and its price before the start",
    "ballot": "Two answers of it, to be compared blindly",
    "verdict": "What it found so far, from votes and a judge",
    "timeline": "Where the time of a run went",
    "replay": "A replay of a run: nobody is asked",
    "presets": "Presets",
    "settings": "Endpoints and keys",
    "history": "All chats",
    "spend": "What was spent",
}
PHONE: Final = {
    "start": "A new chat",
    "running": "A run under way",
    "answer": "The answer",
    "proposals": "Its proposals, which are swiped",
    "failed": "One model fails",
    "sheet": "The mixture",
    "duel": "A blind duel",
    "ballot": "Two answers of an experiment, to be compared blindly",
    "verdict": "What it found so far",
    "history": "All chats",
    "sidebar": "The sidebar",
}
"""Of what there are pictures in the size of a phone, too."""

_INTRODUCTION = """\
# Pictures

`make screenshots` takes them with the real app in a real Chromium, and writes this
page. Who answers is a real, tiny model ([ADR 20](adr/0020-real-tiny-models.md)) or
simulated, which its page says. Pictures are light or dark, as your system is.
"""


def write_gallery(docs: Path) -> None:
    """Write the page for the pictures in ``docs/screenshots``."""
    parts = [_INTRODUCTION]
    for head, size, titles in (
        ("On a laptop", "1440", LAPTOP),
        ("On a phone", "390", PHONE),
    ):
        shown = [_shown(docs, name, size, title) for name, title in titles.items()]
        parts += [f"## {head}\n", *filter(None, shown)]
    (docs / "pictures.md").write_text("\n".join(parts), "utf-8")


def _shown(docs: Path, name: str, size: str, title: str) -> str:
    """One picture under its title; nothing if it was not taken."""
    light, dark = (
        f"screenshots/{name}-{theme}-{size}.webp" for theme in ("light", "dark")
    )
    if not (docs / light).exists():
        return ""
    image = f'  <img alt="{title}" src="{light}">\n'
    if (docs / dark).exists():
        media = "(prefers-color-scheme: dark)"
        image = f'  <source media="{media}" srcset="{dark}">\n{image}'
    return f"**{title}**\n\n<picture>\n{image}</picture>\n"
