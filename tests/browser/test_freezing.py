"""What is too heavy or too wide stays in its place; how long it takes: `make bench`."""

import json

import pytest
from playwright.async_api import expect

from tests.browser.app.crafted import SCRIPT
from tests.browser.app.heavy import FORMULAS, HEAVY, WIDE

pytestmark = pytest.mark.slow

PAGE_PX = 390
ARABIC = "مرحبا بالعالم `x = 1` وهذا نص"
SHOWN = {
    "Between ~5 and ~10, a -> b, x >= 1 -- :smile: :red[no] (c)": None,
    "**「重要」**です": "「重要」です",
    "from $5 to $10 a month": None,
    "| a | b |\n|:-:|--:|\n| one<br>two | 3 |": "a\tb\none\ntwo\t3",
    "- one<br>two": "one\ntwo",
}
"""Markdown, and what is read where that differs."""

MOST_FORMULA_PX = 800
OVERHANG_PX = """element => {
    const right = element.getBoundingClientRect().right;
    const clips = e => getComputedStyle(e).overflowX !== "visible";
    const over = [...element.querySelectorAll("*")].filter(inner => {
        for (let e = inner; e !== element; e = e.parentElement)
            if (e !== inner && clips(e)) return false;
        return true;
    });
    return Math.max(...over.map(e => e.getBoundingClientRect().right - right));
}"""


@pytest.fixture(scope="module")
def app(launch_shared, tmp_path_factory):
    texts = [*SHOWN, f"{ARABIC}\n\n- {ARABIC}\n\n| {ARABIC} | b |\n|---|---|", *WIDE]
    texts += [f"$$\n{source}\n$$" for source in FORMULAS.values()]
    texts += [f"10. ten\n11. eleven\n\n{HEAVY['combining marks']}"]
    file = tmp_path_factory.mktemp("heavy") / "texts.json"
    file.write_text(json.dumps(texts))
    return launch_shared({"TEXTS": str(file), "POLICY": "on"}, script=SCRIPT)


async def test_texts_read_as_they_were_written_and_none_leaves_its_column(page, app):
    await page.set_viewport_size({"width": PAGE_PX, "height": 800})
    await page.goto(f"{app.url}/?how=component")
    await page.get_by_text("all drawn").wait_for(timeout=60_000)
    await expect(page.locator(".katex-display")).to_have_count(4)
    await expect(page.locator(".math.display.source")).to_have_count(4)
    columns = page.locator("[class*=st-key-text-]")
    for number, (written, read) in enumerate(SHOWN.items()):
        shown = await columns.nth(number).inner_text()
        assert shown.strip() == (read or written)
    await check_directions(columns.nth(len(SHOWN)))
    for number in range(await columns.count()):
        over = await columns.nth(number).evaluate(OVERHANG_PX)
        assert over <= 17, await columns.nth(number).inner_text()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PAGE_PX
    clips = "all => all.every(e => getComputedStyle(e).overflow === 'clip')"
    assert await page.locator(".katex .base").evaluate_all(clips)
    heights = await page.locator(".math").evaluate_all(
        "all => all.map(formula => formula.getBoundingClientRect().height)"
    )
    assert max(heights) < MOST_FORMULA_PX


async def check_directions(box):
    """Check that Arabic runs from right to left, and code from left to right."""
    for selector, direction in (
        ("p", "rtl"),
        ("ul", "rtl"),
        ("li", "rtl"),
        ("table", "rtl"),
        ("p code", "ltr"),
    ):
        block = box.locator(selector).first
        assert await block.evaluate("e => getComputedStyle(e).direction") == direction
    paragraph = box.locator("p").first
    left_and_right = await paragraph.evaluate(
        """e => { const text = document.createRange(); text.selectNodeContents(e);
        const inner = text.getBoundingClientRect(), outer = e.getBoundingClientRect();
        return [inner.left - outer.left, outer.right - inner.right] }"""
    )
    assert left_and_right[0] > left_and_right[1]
