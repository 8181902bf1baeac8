"""Counts clicks and seconds of what users do often; what is typed counts as one."""

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Locator, expect

from tests.browser.app.lab import mixture
from tests.browser.pages.hand import pick
from tests.front_room.keeping import clicks_to_copy
from tests.front_room.points import Row
from tests.front_room.stage import (
    ANSWER,
    DRIP_S,
    QUESTION,
    THREE,
    Evidence,
    Stage,
    first_words,
    last_words,
)
from tests.front_room.visitor import Visitor
from tests.model_server import Play

SLOW = Play(pieces=["slow "] * 2000, pause_s=DRIP_S * 10)


@asynccontextmanager
async def counted(visitor: Visitor, seen: Evidence) -> AsyncIterator[None]:
    """Counts the clicks and the seconds of what is done within."""
    visitor.clicks = 0
    began = time.monotonic()
    yield
    clicks = f"{visitor.clicks} click{'s' * (visitor.clicks != 1)}"
    seen.saw(f"{clicks}, {time.monotonic() - began:.1f} s")


async def first_question(stage: Stage, seen: Evidence) -> None:
    async with stage.visit() as visitor:
        stage.play()
        await visitor.open(THREE)
        await visitor.page.wait_for_timeout(500)
        clicks = 0 if await visitor.composer_has_focus() else 1
        await visitor.watch([first_words("ada")])
        await visitor.ask(QUESTION)
        [first_s] = await visitor.seen_after_s()
        seen.saw(f"{clicks} clicks, first text {first_s:.2f} s after Enter")


async def next_question(stage: Stage, seen: Evidence) -> None:
    """Whether one can write while models write, and how many clicks come first."""
    async with stage.visit() as visitor:
        end = stage.play()
        await visitor.open(THREE)
        await visitor.ask(QUESTION)
        came = await visitor.sees(first_words("ada"), visitor.patience_ms)
        seen.need(came, "no text")
        meanwhile = await visitor.composer.is_enabled()
        end.set()
        await visitor.ended()
        clicks = 0 if await visitor.composer_has_focus() else 1
        seen.saw(f"{clicks} clicks; the field is {'open' if meanwhile else 'closed'}")


async def stopping(stage: Stage, seen: Evidence) -> None:
    async with stage.visit() as visitor:
        stage.play()
        await visitor.open(THREE)
        await visitor.ask(QUESTION)
        came = await visitor.sees(first_words("ada"), visitor.patience_ms)
        seen.need(came, "no text")
        await visitor.watch(["Stopped"])
        await visitor.press(r"^(stop )?Stop$")
        [took_s] = await visitor.seen_after_s()
        seen.saw(f"1 click, {took_s:.2f} s")


async def leaving_a_slow_model_out(stage: Stage, seen: Evidence) -> None:
    async with stage.visit() as visitor:
        stage.play(cleo=SLOW).set()
        await visitor.open(THREE)
        await visitor.ask(QUESTION)
        onwards = visitor.control(r"(continue|go on) without it")
        offered = await visitor.there(onwards, visitor.patience_ms)
        seen.need(offered, "nothing is offered")
        await visitor.watch([first_words(ANSWER)])
        await visitor.click(onwards)
        [took_s] = await visitor.seen_after_s()
        seen.saw(f"1 click, {took_s:.2f} s to the answer")


async def copying(stage: Stage, seen: Evidence) -> None:
    async with stage.answered() as visitor:
        copy = visitor.control("^(content_copy )?copy the answer|^content_copy").last
        seen.saw(f"{await clicks_to_copy(visitor, copy, ANSWER)} clicks")


async def making_a_mixture(stage: Stage, seen: Evidence) -> None:
    """Four models, two more that read them, another aggregator and temperature."""
    async with stage.visit() as visitor:
        page = visitor.page
        await visitor.open(THREE)
        button = page.locator(".st-key-choose-mixture button")
        seen.need(await button.count(), "not in the chat")
        async with counted(visitor, seen):
            await visitor.click(button)
            first = page.get_by_role("combobox", name="Add a model to layer 1")
            await visitor.choose(first, "dora")
            await visitor.press("Add layer")
            await _keep_two(visitor)
            last = page.get_by_role("combobox", name="Choose another aggregator")
            await visitor.choose(last, "solo")
            slider = page.get_by_role("slider", name="Temperature")
            await slider.focus()
            for _ in range(3):
                await page.keyboard.press("ArrowLeft")
                visitor.clicks += 1
            await visitor.idle()
            await visitor.press("^Done$")
            await expect(page.locator(".st-key-mixture-sheet")).to_have_count(0)
        said = page.get_by_text(re.compile(r"4 \+ 2 models \+ solo"))
        seen.need(await visitor.soon(said), "it is not in hand")


async def _keep_two(visitor: Visitor) -> None:
    """Take out two of the four that a new layer begins with."""
    rows = visitor.page.locator('[class*="st-key-agent-1-"]')
    await expect(rows).to_have_count(4)
    for left in (4, 3):
        menu = rows.first.get_by_role("button", name=re.compile("^Change"))
        await visitor.click(menu)
        await visitor.click(visitor.page.get_by_text("Remove", exact=True))
        await expect(rows).to_have_count(left - 1)
        await visitor.idle()


async def saving_a_mixture(stage: Stage, seen: Evidence) -> None:
    async with stage.visit() as visitor:
        await visitor.open(mixture("ada", "ben"))
        async with counted(visitor, seen):
            sheet = visitor.page.locator(".st-key-choose-mixture button")
            if await sheet.count():
                await visitor.click(sheet)
            else:
                await visitor.press("^(tune )?Presets$")
            await visitor.press("^(save )?Save as( preset)?$")
            name = visitor.page.get_by_label("Name", exact=True)
            await visitor.type(name, f"Saved {time.monotonic_ns() % 10**6}")
            await name.press("Tab")
            await visitor.idle()
            await visitor.press("^Save( as new( preset)?)?$")
            await visitor.idle()


async def new_chat(stage: Stage, seen: Evidence) -> None:
    async with stage.answered() as visitor, counted(visitor, seen):
        await visitor.press("New chat")
        gone = visitor.main.get_by_text(last_words(ANSWER))
        await expect(gone).to_have_count(0)
        await visitor.idle()


async def linking(stage: Stage, seen: Evidence) -> None:
    """A link that opens the chat with this mixture, up to its Copy."""
    async with stage.visit() as visitor:
        await visitor.open(THREE)
        await visitor.press("^(tune )?Presets$")
        heading = visitor.page.get_by_role("heading", name="Presets", exact=True)
        await expect(heading).to_be_visible()
        await visitor.idle()
        async with counted(visitor, seen):
            await visitor.click(visitor.main.get_by_text(re.compile("^Export, import")))
            await visitor.click(visitor.control("^copy( the)? link"))
        await visitor.page.wait_for_timeout(500)
        link = await visitor.clipboard()
        seen.need("preset=" in link, f"copied: {link[:60]!r}")


async def differences_of_presets(stage: Stage, seen: Evidence) -> None:
    async with stage.visit() as visitor:
        await visitor.open(path="presets")
        await visitor.idle()
        async with counted(visitor, seen):
            await visitor.click(visitor.main.get_by_text("Differences", exact=True))
            field = visitor.main.get_by_role("combobox", name="Compare with")
            await expect(field).to_be_visible()
            await pick(field, "MoA-Lite, as in the paper")
            visitor.clicks += 2
            table = visitor.main.get_by_text(re.compile("Qwen1.5-72B-Chat"))
            await expect(table.first).to_be_visible()


async def comparing(stage: Stage, seen: Evidence) -> None:
    async with stage.answered() as visitor, counted(visitor, seen):
        await visitor.click(_compare(visitor))
        await expect(visitor.page).to_have_url(re.compile("compare"))
        differences = visitor.main.get_by_text(re.compile("^Word differences$"))
        await expect(differences.first).to_be_visible()
        await visitor.idle()


def _compare(visitor: Visitor) -> Locator:
    """The link below the answer, not the one of the sidebar."""
    name = re.compile("^(compare )?Compare(, .*)?$")
    return visitor.main.get_by_role("link", name=name).last


async def comparing_twins(stage: Stage, seen: Evidence) -> None:
    """Of two chats with one title, the one that was opened stays open in Compare."""
    async with stage.visit() as visitor:
        stage.play().set()
        for _ in range(2):
            await stage.ask(visitor)
        opened = re.search(r"c=(\w+)", visitor.page.url)
        await visitor.click(_compare(visitor))
        await expect(visitor.page).to_have_url(re.compile("compare"))
        await visitor.idle()
        await visitor.click(visitor.main.get_by_text("Word differences"))
        await visitor.idle()
        stays = opened and opened[1] in visitor.page.url
        seen.need(stays, "another chat is shown", "the opened one stays")


async def duelling(stage: Stage, seen: Evidence) -> None:
    """From the chat to two answers without names, and a vote."""
    async with stage.visit() as visitor:
        stage.play().set()
        await visitor.open(THREE)
        async with counted(visitor, seen):
            await visitor.press("^(compare )?Compare$")
            await visitor.press("Duel")
            question = visitor.page.get_by_role("textbox", name="Question", exact=True)
            await visitor.type(question, QUESTION)
            side = visitor.page.get_by_role("combobox", name="Side B")
            await pick(side, "Single model: ada")
            visitor.clicks += 2
            await visitor.idle()
            await visitor.press("^Start duel$")
            tie = visitor.page.get_by_role("button", name="Tie")
            await expect(tie).to_be_visible()
            await visitor.click(tie)
            undo = visitor.page.get_by_role("button", name="Undo")
            await expect(undo).to_be_visible()


async def did_the_mix_help(stage: Stage, seen: Evidence) -> None:
    async with stage.answered() as visitor, counted(visitor, seen):
        await visitor.press("Did the mix help")
        await visitor.idle()
        vote = visitor.page.get_by_role("button", name=re.compile("^Tie|A is better"))
        await visitor.click(vote)
        undo = visitor.page.get_by_role("button", name="Undo")
        await expect(undo).to_be_visible()


async def searching(stage: Stage, seen: Evidence) -> None:
    """A chat by the words of a proposal in it, up to the open chat."""
    async with stage.answered() as visitor:
        await visitor.press("New chat")
        await visitor.idle()
        async with counted(visitor, seen):
            await visitor.page.keyboard.press("Control+k")
            visitor.clicks += 1
            field = visitor.page.get_by_role("searchbox").locator("visible=true")
            if not await visitor.there(field, 1500):
                await visitor.press("^(history )?History$")
            await expect(field.first).to_be_visible()
            await field.first.press_sequentially("last of ben")
            visitor.clicks += 1
            place = visitor.page.get_by_role("dialog").or_(visitor.main)
            hit = place.get_by_role("button", name=re.compile(re.escape(QUESTION)))
            link = place.get_by_role("link", name=re.compile(re.escape(QUESTION)))
            await visitor.click(hit.or_(link).locator("visible=true"))
            answer = visitor.main.get_by_text(last_words(ANSWER))
            await expect(answer.first).to_be_visible()


async def refusing_by_a_cap(stage: Stage, seen: Evidence) -> None:
    """A cap of a cent for a run: refused before the first call, the question kept."""
    async with stage.visit() as visitor:
        await visitor.open(path="settings")
        cap = visitor.main.get_by_label(re.compile("per run|one run", re.I)).first
        await _set_cap(visitor, cap, "0.01")
        try:
            stage.play().set()
            await visitor.open(mixture("ada", "ben"))
            await visitor.ask(QUESTION)
            said = visitor.page.get_by_text(re.compile(r"cap .*\$0\.01"))
            seen.need(await visitor.soon(said), "it is not refused")
            seen.need(not stage.asked, "it was asked all the same")
            await expect(visitor.composer).to_have_value(QUESTION)
            seen.saw("refused before the first call, the question is kept")
        finally:
            await visitor.open(path="settings")
            await _set_cap(visitor, cap, "")


async def _set_cap(visitor: Visitor, field: Locator, usd: str) -> None:
    await expect(field).to_be_visible()
    await field.fill(usd)
    await field.press("Enter")
    await visitor.idle()
    save = visitor.control("^Save( caps| limits)?$")
    if await save.count():
        await visitor.click(save)
        await visitor.idle()


async def reading_the_timeline(stage: Stage, seen: Evidence) -> None:
    async with stage.answered() as visitor, counted(visitor, seen):
        line = visitor.main.get_by_text(re.compile(r"tokens.*3 of 3 answered")).last
        await visitor.click(line)
        await visitor.click(visitor.main.get_by_text("Timeline", exact=True))
        told = visitor.main.get_by_text(re.compile("Without|critical", re.I))
        await expect(told.first).to_be_visible()


JOBS: Final[dict[str, Row]] = {
    "ask the first question": first_question,
    "write the next one meanwhile": next_question,
    "stop": stopping,
    "continue without a slow model": leaving_a_slow_model_out,
    "copy the answer": copying,
    "make a mixture: 4 + 2, aggregator, temperature": making_a_mixture,
    "save a mixture": saving_a_mixture,
    "begin a new chat": new_chat,
    "copy a mixture's link": linking,
    "see how two presets differ": differences_of_presets,
    "compare the texts of an answer": comparing,
    "compare one of two chats of one title": comparing_twins,
    "duel of two mixtures, with the vote": duelling,
    "did the mix help?": did_the_mix_help,
    "find a chat by a proposal's words": searching,
    "a cap refuses": refusing_by_a_cap,
    "read the timeline": reading_the_timeline,
}

ELSEWHERE: Final[dict[str, str]] = {
    "make a mixture: 4 + 2, aggregator, temperature": (
        "on Presets 29 clicks and keys, 28 s; not possible in the chat"
    ),
    "save a mixture": "on Presets 3 clicks; not possible in the chat",
    "copy a mixture's link": "3 clicks",
    "duel of two mixtures, with the vote": "5 clicks, without the vote",
}
"""What was counted on 26 November 2026, where a form of then is not found today."""
