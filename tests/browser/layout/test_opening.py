"""Opening the app moves nothing: what comes first stands where it stays."""

import pytest
from playwright.async_api import expect

from tests.browser.app.running_app import RunningApp

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
