"""Pictures in docs/: each is shown somewhere, and each that is shown is there."""

import re

from tests.browser.app.running_app import ROOT

FOLDER = ROOT / "docs" / "screenshots"
SHOWN = re.compile(r"screenshots/([\w-]+\.\w+)")
LARGEST_BYTES = 120_000


def test_every_picture_is_shown_and_every_shown_one_is_there():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    shown = {name for page in pages for name in SHOWN.findall(page.read_text("utf-8"))}
    assert shown == {path.name for path in FOLDER.iterdir()}


def test_pictures_are_small():
    large = [path for path in FOLDER.iterdir() if path.stat().st_size > LARGEST_BYTES]
    assert not large
