"""Texts that used to keep a tab busy for seconds do not."""

import json

import pytest

from pages.widgets.markdown.render_limits import MAX_CHARS
from pages.widgets.markdown.sanitizer import safe_markdown
from tests.browser.app.crafted import SCRIPT

pytestmark = pytest.mark.slow

# Seconds in Chromium without a limit: 9.8, over 15, 11.5, an error box, 3.5 and 4.4.
FREEZING = {
    "much emphasis": "*a_ " * 8_000,
    "more emphasis": "*a_ " * 20_000,
    "wide table": "|"
    + "a|" * 20
    + "\n|"
    + "-|" * 20
    + "\n"
    + ("|" + "b|" * 20 + "\n") * 1_000,
    "quotes in quotes": ">" * 3_000 + " a",
    "lists in lists": "".join(" " * 2 * depth + "- a\n" for depth in range(400)),
    "a megabyte": "lorem ipsum dolor " * 55_000,
}
# The slowest that still count as Markdown.
HEAVY = {
    "emphasis": "*a_ " * 1_600,
    "brackets": "[" * 1_200 + "a",
    "closing brackets": "]" * 2_500,
    "headings": "# a\n" * 500,
    "lists": "- a\n\n" * 1_250,
    "table": "|" + "a|" * 9 + "\n|" + "-|" * 9 + "\n" + ("|" + "b|" * 9 + "\n") * 190,
    "words": "lorem ipsum dolor " * (MAX_CHARS // 18),
}


@pytest.mark.parametrize("name", FREEZING)
def test_what_freezes_a_browser_is_shown_as_plain_text(name):
    assert safe_markdown(FREEZING[name]).plain


@pytest.mark.parametrize("name", HEAVY)
def test_what_is_merely_heavy_is_still_markdown(name):
    assert not safe_markdown(HEAVY[name]).plain


async def test_none_of_them_becomes_too_many_elements(page, launch_app, tmp_path):
    """What a browser takes long over; they are as many on a busy machine."""
    cases = FREEZING | HEAVY
    texts = tmp_path / "texts.json"
    texts.write_text(json.dumps(list(cases.values())))
    app = launch_app({"TEXTS": str(texts), "POLICY": "on"}, script=SCRIPT)
    drawn = {}
    for number, name in enumerate(cases):
        await page.goto(f"{app.url}/?how=answer&only={number}")
        await page.get_by_text("all drawn").wait_for()
        drawn[name] = await page.locator(".st-key-text-0 *").count()
    assert all(drawn[name] < 10 for name in FREEZING), "plain text"
    assert {name: count for name, count in drawn.items() if count > 4_500} == {}
