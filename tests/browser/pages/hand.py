"""A hand on mouse and keyboard: it clicks what stands still, and picks from lists."""

import contextlib

from playwright.async_api import Locator, Page, TimeoutError, expect

PATIENCE_MS = 30_000
"""What is expected may take so long, on a slow machine too; as long as a click may."""

expect.set_options(timeout=PATIENCE_MS)

_STANDS_STILL = """target => new Promise(done => {
  let before = "", since = performance.now();
  const began = since;
  const look = () => {
    const now = performance.now();
    const { x, y, width, height } = target.getBoundingClientRect();
    const place = [x, y, width, height].join();
    if (place !== before) { before = place; since = now; }
    if (now - since > 200 || now - began > 3000) done();
    else setTimeout(look, 40);  // an animation frame would have the page drawn
  };
  look();
})"""


async def click(target: Locator) -> None:
    """Click it once it is there and nothing moves it any more.

    What has just been opened may still be growing or find its place. A button that is
    pressed in one place and let go in another has not been clicked.
    """
    await stands_still(target)
    await target.click()


async def stands_still(target: Locator) -> None:
    """Wait until it is there and nothing moves it, or three seconds: texts go on.

    While a page is drawn anew, what stood there may fade beside what takes its place.
    """
    await expect(target).to_have_count(1)
    await expect(target).to_be_visible()
    await target.evaluate(_STANDS_STILL)


async def press_shortcut(page: Page, keys: str) -> None:
    """Press a shortcut once its button is there: a sidebar comes after its page."""
    shortcut = keys.lower().replace("control", "ctrl")
    await page.wait_for_function(_IS_HEARD, arg=shortcut, polling=50)
    await page.keyboard.press(keys)


_IS_HEARD = """shortcut => window.hotkeys?.getAllKeyCodes().some(
  each => each.shortcut === shortcut)"""
"""By the library with which Streamlit hears shortcuts."""


async def pick(field: Locator, entry: str) -> None:
    """Choose an entry of a list by typing.

    A list closes when its entries change, so again; and until the field is left, it
    shows what was typed.
    """
    wanted = field.page.get_by_role("option", name=entry)
    for _ in range(_TRIES):
        await field.fill("")
        await field.fill(entry)
        with contextlib.suppress(TimeoutError):
            await wanted.first.click(timeout=PATIENCE_MS / _TRIES)
            break
    else:
        raise AssertionError(f"the list has no entry {entry!r}")
    await field.blur()


_TRIES = 5
