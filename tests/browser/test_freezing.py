"""Texts that used to keep a tab busy for seconds do not."""

import json

import pytest

from pages.widgets.markdown.render_limits import MAX_CHARS
from pages.widgets.markdown.sanitizer import safe_markdown
from tests.browser.app.crafted import SCRIPT

pytestmark = pytest.mark.slow

# On a quiet machine none blocks the page for over a second; this one may be busy.
MOST_BLOCKED_MS = 4_000

# Seconds in Chromium without a limit: 9.8, over 15, 11.5, an error box, 3.5 and 4.4.
FREEZING = {
    "emphasis": "*a_ " * 8_000,
    "more emphasis": "*a_ " * 20_000,
    "table": "|"
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


async def test_none_of_them_blocks_the_page_for_long(page, launch_app, tmp_path):
    cases = [*FREEZING.items(), *HEAVY.items()]
    texts = tmp_path / "texts.json"
    texts.write_text(json.dumps([text for _, text in cases]))
    app = launch_app({"TEXTS": str(texts), "POLICY": "on"}, script=SCRIPT)
    await page.add_init_script(
        """window.blocked = 0
        new PerformanceObserver(list => list.getEntries().forEach(
            task => window.blocked = Math.max(window.blocked, task.duration)
        )).observe({type: "longtask", buffered: true})"""
    )
    blocked_ms = {}
    for number, (name, _) in enumerate(cases):
        await page.goto(f"{app.url}/?how=answer&only={number}")
        await page.get_by_text("all drawn").wait_for()
        await page.wait_for_timeout(200)
        blocked_ms[name] = await page.evaluate("window.blocked")
    print({name: round(ms) for name, ms in blocked_ms.items()})
    assert max(blocked_ms.values()) < MOST_BLOCKED_MS, blocked_ms
