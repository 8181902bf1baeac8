"""Hands on the keyboard, none on the mouse: what has the focus, and how to go on."""

import re

from playwright.async_api import Page, expect

MOST_TABS = 200
NAME_OF_FOCUSED = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return "";
  const named = focused.getAttribute("aria-labelledby");
  const label = named && document.getElementById(named)?.textContent;
  const words = focused.cloneNode(true);
  for (const sign of words.querySelectorAll('[aria-hidden="true"]')) sign.remove();
  return focused.ariaLabel || label || words.textContent.trim() || focused.tagName;
}"""
IS_KEPT = "() => document.activeElement && document.activeElement !== document.body"


class Keyboard:
    """The keys of one tab."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def press(self, *keys: str) -> None:
        """Press keys one after the other; the focus is somewhere afterwards."""
        for key in keys:
            await self.page.keyboard.press(key)
        await self.keeps_focus()

    async def type(self, text: str) -> None:
        await self.page.keyboard.type(text)

    async def go_to(self, name: str, *, back: bool = False) -> None:
        """Press Tab until what has the focus has a name that begins like this."""
        wanted, passed = re.compile(name), []
        for _ in range(MOST_TABS):
            await self.page.keyboard.press("Shift+Tab" if back else "Tab")
            passed.append(await self.focused())
            if wanted.match(passed[-1]):
                return
        raise AssertionError(f"no {name!r} among {passed}")

    async def focused(self) -> str:
        """The name of what has the focus; nothing if it is the page itself."""
        name: str = await self.page.evaluate(NAME_OF_FOCUSED)
        return name

    async def comes_to(self, name: str) -> None:
        """Wait until what is called so has the focus."""
        focuses = f"(name) => ({NAME_OF_FOCUSED})() === name"
        await self.page.wait_for_function(focuses, arg=name, polling=50)

    async def keeps_focus(self) -> None:
        """Wait until something has the focus: not the page itself."""
        await self.page.wait_for_function(IS_KEPT, polling=50)

    async def choose(self, entry: str) -> None:
        """Go down an open menu to an entry, and take it."""
        item = self.page.get_by_role("menuitem", name=entry)
        await expect(item).to_be_visible()
        for _ in range(12):
            if await item.evaluate("each => each === document.activeElement"):
                break
            await self.page.keyboard.press("ArrowDown")
        await self.press("Enter")
