"""Looks at a page with axe-core, in a theme, at the width of a laptop and a phone."""

import json
from collections.abc import Iterable
from pathlib import Path

import axe_playwright_python
from playwright.async_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
PHONE, LAPTOP = 390, 1440
WIDTHS = (PHONE, LAPTOP)
"""It ends as wide as one clicks in it."""

SCROLLERS_TAKE_FOCUS = """() =>
  [...document.querySelectorAll("[data-testid=stHorizontalBlock]")].every(
    row => row.scrollWidth <= row.clientWidth
      || row.querySelector("a[href], button, input, select, textarea, [tabindex]")
      || row.tabIndex === 0)
  && [...document.querySelectorAll(".polyphony .sideways")].every(
    box => box.scrollWidth <= box.clientWidth || box.tabIndex === 0)
  && !document.querySelector('[data-testid=stElementContainer] [aria-label="Open"]')"""
"""Scripts give it to them, and names to buttons, soon after something was drawn."""

ALL_RULES: dict[str, object] = {}
COLOURS: dict[str, object] = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules that look at colours: the others see the same in both themes."""

APPEARS = """theme => {
  const app = document.querySelector(".stApp");
  const fades = document.getAnimations().some(each => each instanceof CSSTransition);
  return !app || (getComputedStyle(app).colorScheme === theme && !fades);
}"""
"""Whether the page stands there in a theme, or will when it comes."""

VIOLATIONS = """async rules => {
  const found = await axe.run(document, {
    resultTypes: ["violations"],
    preload: false,  // style sheets anew, for rules that are off
    ...rules,
  });
  return found.violations
    .filter(each => ["serious", "critical"].includes(each.impact))
    .map(each => `${each.id} (${each.impact}): ` + each.nodes.slice(0, 4).map(
      node => `${node.html.slice(0, 160)} [${node.any.map(check => check.message)}]`));
}"""
UNNAMED = r"""() => {
  const root = document.querySelector('[role="dialog"]') ?? document.body;
  axe.setup(root);
  const named = [...root.querySelectorAll("button:not([role=radio])")]
    .filter(each => each.checkVisibility({ visibilityProperty: true }))
    .map(each => ({
      name: axe.commons.text.accessibleText(each).trim() || each.innerText.trim(),
      chat: each.closest(".st-key-chats"),
    }));
  axe.teardown();
  const names = named.map(({ name }) => name);
  const icons = names.filter(name => !name || /\bicon$|^[a-z]+(_[a-z]+)+$/.test(name));
  const alike = named.filter(({ chat }) => !chat).map(({ name }) => name)
    .filter((name, at, all) => all.indexOf(name) !== at);
  return [
    ...icons.map(name => `a button is called "${name}"`),
    ...alike.filter(name => !/^(Help: |Menu of )/.test(name))
      .map(name => `two buttons are called "${name}"`)];
}"""
"""Help is the same wherever it is offered; a chat's menu stands in two lists, and chats
are called as their users call them."""

UNLEVELLED = """() => {
  if (document.querySelector('[role="dialog"]')) return [];
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
    .filter(each => each.checkVisibility())
    .map(each => [Number(each.ariaLevel ?? each.tagName[1]), each.textContent]);
  return levels.flatMap(([level, text], at) =>
    level > (at ? levels[at - 1][0] : 0) + 1 ? [`"${text}" skips a level`] : []);
}"""

UNTIL_NOTHING = """async () => {
  for (const ends = performance.now() + 5000;;) {
    const found = await (%s)();
    if (!found.length || performance.now() > ends) return found;
    await new Promise(looksAgain => setTimeout(looksAgain, 300));
  }
}"""
"""What a check finds again and again."""


async def appear(page: Page, theme: str) -> None:
    """Have the page in another theme: only its colours change."""
    await page.emulate_media(color_scheme=theme)
    await page.wait_for_function(APPEARS, arg=theme, polling=50)


async def seen_by_axe(
    page: Page, state: str, rules: dict[str, object], widths: Iterable[int] = WIDTHS
) -> list[str]:
    """What axe-core finds at each width, with the state that it was found in."""
    found = []
    for width in widths:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.wait_for_function(SCROLLERS_TAKE_FOCUS, polling=50)
        if not await page.evaluate("'axe' in window"):
            await page.evaluate(AXE)
        check = f"() => ({VIOLATIONS})({json.dumps(rules)})"
        told = await found_at_rest(page, check)
        found += [f"{state}, {width} px: {each}" for each in told]
    return found


async def found_at_rest(page: Page, check: str) -> list[str]:
    """What ``check`` still finds once the page is at rest.

    Rows that scroll take the focus, and parts of fields get their names, 0.15 s after
    the page has changed; and a script may still be about to change it.
    """
    found: list[str] = await page.evaluate(UNTIL_NOTHING % check)
    return found
