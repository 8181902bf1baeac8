"""Tries what one keeps: chats under their names, files, and copies of every text."""

import json
import re
from pathlib import Path

from playwright.async_api import Locator, expect

from tests.front_room.stage import (
    ANSWER,
    MARKDOWN,
    PROPOSERS,
    QUESTION,
    THREE,
    Evidence,
    Stage,
    first_words,
    last_words,
)
from tests.front_room.visitor import Visitor
from tests.front_room.watching import LAYER, TEXTS

TITLE = "Colours of the air"
DARK, LIGHT = 60, 200
CODE_COPY = "Copy to clipboard"
"""The button of Streamlit's own blocks of code."""


async def chats_are_renamed_found_and_exported(stage: Stage, seen: Evidence) -> None:
    async with stage.answered() as visitor:
        menu = visitor.control("^(menu of|more_vert)")
        seen.need(await visitor.soon(menu), "the chat has no menu")
        await _choose(visitor, menu, "Rename")
        await visitor.type(
            visitor.page.get_by_role("textbox", name="Title"), TITLE, "Enter"
        )
        renamed = visitor.control(f"^{TITLE}")
        seen.need(await visitor.soon(renamed), "not renamed", "renamed in the list")
        await visitor.idle()
        for kind, read in (("Markdown", _plain), ("JSON", json.loads)):
            file = await _exported(visitor, menu, kind)
            seen.need(file, f"no export as {kind}")
            text = str(read(file.read_text("utf-8"))) if file else ""
            names = [name for name in (*PROPOSERS, ANSWER) if name not in text]
            seen.need(not names, f"{kind} does not name {names}")
            whole = last_words(ANSWER) in text and last_words("ada") in text
            seen.need(
                whole, f"{kind} lacks a text", f"{kind} names the model of every text"
            )
        await _finds_and_deletes(visitor, menu, seen)


def _plain(text: str) -> str:
    return text


async def _choose(visitor: Visitor, menu: Locator, entry: str) -> None:
    """Choose from the menu of the newest chat in the list."""
    await visitor.click(menu)
    await visitor.click(visitor.page.get_by_text(entry, exact=True))
    await visitor.idle()


async def _exported(visitor: Visitor, menu: Locator, kind: str) -> Path | None:
    await _choose(visitor, menu, "Export")
    button = visitor.control(f"^(download )?{kind}")
    if not await visitor.soon(button):
        return None
    async with visitor.page.expect_download() as download:
        await visitor.click(button)
    path = await (await download.value).path()
    close = visitor.page.get_by_role("button", name="Close", exact=True)
    await (close.click() if await close.count() else button.press("Escape"))
    await expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    return path


async def _finds_and_deletes(visitor: Visitor, menu: Locator, seen: Evidence) -> None:
    page = visitor.page
    address = page.url
    await page.keyboard.press("Control+k")
    search = page.get_by_role("searchbox").locator("visible=true")
    if not await visitor.soon(search):
        await visitor.open(path="history")
    await search.first.press_sequentially("last of ada")
    hit = page.get_by_role("dialog").or_(visitor.main).get_by_text(TITLE)
    seen.need(await visitor.soon(hit), "a proposal's words are not found")
    seen.saw("search finds it by a proposal's words")
    await page.goto(address)
    await expect(visitor.composer).to_be_visible()
    await visitor.idle()
    await _choose(visitor, menu, "Delete")
    gone = page.get_by_role("button", name=re.compile(f"^{TITLE}"))
    await expect(gone).to_have_count(0)
    await visitor.press("^(undo )?Undo")
    seen.need(await visitor.soon(gone), "Undo does not bring it back")
    seen.saw("deleted, and back by Undo")


async def copy_enter_and_dark(stage: Stage, seen: Evidence) -> None:
    async with stage.answered(color_scheme="dark") as visitor:
        seen.saw("Enter sends")
        await _copies(visitor, seen)
        await visitor.composer.fill("one")
        await visitor.composer.press("Shift+Enter")
        await visitor.page.keyboard.type("two")
        await expect(visitor.composer).to_have_value("one\ntwo")
        seen.saw("Shift+Enter makes a line")
        dark = await _ground(visitor)
        seen.need(dark < DARK, f"the ground is {dark} of 255 in the dark")
    async with stage.answered(THREE, color_scheme="light") as visitor:
        light = await _ground(visitor)
        seen.need(light > LIGHT, f"the ground is {light} of 255 in the light")
        seen.saw("dark and light follow the system")


async def _copies(visitor: Visitor, seen: Evidence) -> None:
    """Everything that was written is copied by one click, as Markdown."""
    clicks = await clicks_to_copy(visitor, _copy_button(visitor, "answer").last, ANSWER)
    seen.need(clicks == 1, f"copying the answer takes {clicks} clicks")
    await visitor.press(LAYER)
    await visitor.sees(TEXTS[0], visitor.patience_ms)
    proposal = _copy_button(visitor, "ada")
    clicks = await clicks_to_copy(visitor, proposal.first, "ada")
    seen.need(clicks == 1, f"copying a proposal takes {clicks} clicks")
    code = visitor.control("^(content_copy )?Copy( the)? code").or_(
        visitor.page.get_by_role("button", name=CODE_COPY)
    )
    seen.need(await visitor.soon(code), "code has no Copy of its own")
    await visitor.click(code)
    await visitor.page.wait_for_timeout(300)
    only_code = (await visitor.clipboard()).strip() == "print('sky')"
    seen.need(only_code, "code is not copied alone")
    question = _copy_button(visitor, "question")
    seen.need(await visitor.soon(question), "the question cannot be copied")
    await visitor.click(question)
    await visitor.page.wait_for_timeout(300)
    copied = (await visitor.clipboard()).strip() == QUESTION
    seen.need(copied, "the question is not copied")
    seen.saw("one click copies the answer, a proposal, its code, the question")


def _copy_button(visitor: Visitor, what: str) -> Locator:
    return visitor.control(f"^(content_copy )?copy( the| your)? {what}|^content_copy")


async def clicks_to_copy(visitor: Visitor, copy: Locator, name: str) -> int:
    """How many clicks copy the text of a model as Markdown; 3: two did not."""
    for clicks in (1, 2):
        await (visitor.click(copy) if clicks == 1 else copy.last.press("Enter"))
        await visitor.page.wait_for_timeout(700)
        copied = await visitor.clipboard()
        if first_words(name) in copied and MARKDOWN.strip() in copied:
            return clicks
        code = visitor.page.get_by_role("button", name=CODE_COPY).locator(
            "visible=true"
        )
        if await code.count():
            copy = code
    return 3


async def _ground(visitor: Visitor) -> int:
    """The brightest of the page's background, of 255."""
    ground: str = await visitor.page.evaluate(
        "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    )
    return max(map(int, re.findall(r"\d+", ground)[:3]))
