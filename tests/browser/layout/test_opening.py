"""Opening the app moves nothing: what comes first stands where it stays."""

import pytest
from playwright.async_api import expect

from moa_core.mixture.links import encode_mixture
from tests.browser.app.lab import mixture
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage

MOST_SHIFT = 0.1
"""From here on browsers call a page restless (web.dev/cls)."""

_NOTE_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) window.shifts.push(each.value);
  }).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.slow
async def test_nothing_moves_when_the_chat_opens(lab: RunningApp, page):
    await page.add_init_script(_NOTE_SHIFTS)
    await page.goto(lab.url)
    await expect(page.get_by_test_id("stChatInput")).to_be_visible()
    await expect(page.locator(".st-key-example-0 button")).to_be_visible()
    await expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()
    assert sum(await page.evaluate("shifts")) < MOST_SHIFT


@pytest.mark.slow
async def test_little_moves_while_fields_load(lab: RunningApp, page):
    chat = ChatPage(page)
    await chat.open(f"{lab.url}/?preset={encode_mixture(mixture('ada', 'ben'))}")
    await chat.ask("Why is the sky blue?")
    await chat.answered()
    await page.add_init_script(_NOTE_SHIFTS)
    for path, drawn in (("compare", "compare-layout"), ("spend", "spend-by")):
        for _ in range(3):  # the sidebar may come in pieces on a busy machine
            await page.goto(f"{lab.url}/{path}")
            await expect(page.locator(f".st-key-{drawn} button").first).to_be_visible()
            await expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
            shift = sum(await page.evaluate("shifts"))
            if shift < MOST_SHIFT:
                break
        assert shift < MOST_SHIFT, path
