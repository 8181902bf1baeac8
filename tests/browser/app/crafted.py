"""Texts that a hostile model could write, each with its own trap on a listener.

``URL`` in a text becomes the address of the trap; ``HOST`` the same without its scheme.
Scripts that run set ``window.caught``.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SCRIPT = Path(__file__).parents[1] / "crafted_app" / "app.py"
"""The app that draws them."""

TEXTS = Path(__file__).parents[3] / "frontend" / "test" / "crafted.json"
"""The texts by what they try; the tests of the front end read it too."""


@dataclass(frozen=True, slots=True)
class Crafted:
    """One hostile text.

    Attributes:
        name: What it tries; also the path of its trap.
        text: Markdown, with ``URL`` and ``HOST`` for the trap.
    """

    name: str
    text: str

    def aimed_at(self, listener_url: str) -> str:
        """Return the text with its trap at ``listener_url``."""
        url = f"{listener_url}/{self.name}?secret=1234"
        host = url.removeprefix(urlsplit(url).scheme + "://")
        return self.text.replace("URL", url).replace("HOST", host)


CRAFTED = tuple(
    Crafted(name, text)
    for group in json.loads(TEXTS.read_text("utf-8")).values()
    for name, text in group.items()
)
