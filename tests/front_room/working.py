"""Tries what one does with an answer: its cost, the next question, another try."""

import asyncio
import re

from playwright.async_api import Locator, expect

from tests.browser.app.lab import PRICES, mixture
from tests.front_room.stage import (
    ANSWER,
    ANSWER_TOKENS,
    PROMPT_TOKENS,
    PROPOSERS,
    QUESTION,
    Evidence,
    Stage,
    last_words,
)
from tests.front_room.visitor import TALLY, Visitor
from tests.front_room.watching import LAYER, TEXTS

UNKNOWN = re.compile("unknown", re.IGNORECASE)
ZERO = re.compile(r"\$0(?![.\d])")
STILL_PX = 80
CHIP = "continues from|goes on from"
FOLLOW_UP = "And at night?"
DRAFT = "An unsent thought"


def cost_usd(*names: str) -> float:
    """What the answers of these models cost, from the prices that the app was given."""
    listed = dict(pair.split("=") for pair in PRICES.split(";"))
    usd = 0.0
    for name in names:
        prompt, answer = map(float, listed[f"lab/{name}"].split("/"))
        usd += (prompt * PROMPT_TOKENS + answer * ANSWER_TOKENS) / 1e6
    return usd


async def the_badge_is_right(stage: Stage, seen: Evidence) -> None:
    async with stage.answered(mixture("ada", "ben")) as visitor:
        said = await _run_line(visitor)
        found = re.match(r"\$([\d.,]+) .*?([\d,]+) tokens · [\d.]+ s", said)
        seen.need(found, f"the line says {said!r}")
        usd, tokens = (
            cost_usd("ada", "ben", ANSWER),
            3 * (PROMPT_TOKENS + ANSWER_TOKENS),
        )
        right = found and abs(float(found[1]) - usd) < 0.01
        seen.need(right, f"it says {said!r} of ${usd:.4f}", f"${usd:.2f} as computed")
        counted = found and int(found[2].replace(",", "")) == tokens
        seen.need(
            counted, f"it says {said!r} of {tokens} tokens", f"{tokens:,} tokens, time"
        )
        seen.need("expected" in said, "no estimate beside it", "beside the estimate")
    for names, what in ((("ada", "cleo"), "partly"), (("cleo", "dora"), "wholly")):
        aggregator = ANSWER if what == "partly" else "deputy"
        async with stage.answered(mixture(*names, aggregator=aggregator)) as visitor:
            said = await _run_line(visitor)
            unknown = UNKNOWN.search(said) and not ZERO.search(said)
            seen.need(unknown, f"{what} unknown, it says {said!r}")
            seen.saw(f"{what} unknown: “{said.split(' (')[0].split(' · ')[0]}”")
    async with stage.visit() as visitor:
        await visitor.open(path="spend")
        seen.need(
            await visitor.soon(visitor.main.get_by_text(UNKNOWN)), "Spend hides it"
        )
        seen.saw("Spend says it too")
    async with stage.visit(stage.bare_url) as visitor:
        await visitor.open()
        await visitor.ask(QUESTION)
        await visitor.ended()
        said = await _run_line(visitor)
        free = re.match(r"(\$0|free)\b", said) and not UNKNOWN.search(said)
        seen.need(free, f"a free run says {said!r}", "free models: $0")


async def _run_line(visitor: Visitor) -> str:
    """What stands below the answer of the last run."""
    line = visitor.main.get_by_text(re.compile(rf"tokens.*{TALLY.pattern}")).last
    await expect(line).to_be_visible()
    return " ".join((await line.inner_text()).split())


async def forms_never_lose_the_chat(stage: Stage, seen: Evidence) -> None:
    async with stage.answered() as visitor:
        await visitor.press("^(tune )?Presets$")
        heading = visitor.page.get_by_role("heading", name="Presets", exact=True)
        await expect(heading).to_be_visible()
        await visitor.idle()
        await visitor.press("^(forum )?Chat$")
        back = await visitor.sees(last_words(ANSWER), 8000)
        seen.need(back, "after Presets, Chat opens a blank page")
        seen.saw("Chat leads back to the open chat")
        await visitor.composer.fill(DRAFT)
        await _mixture_by_form(stage, visitor, seen)
        kept = await visitor.sees(last_words(ANSWER), 8000)
        seen.need(kept, "the chat is lost")
        await expect(visitor.composer).to_have_value(DRAFT)
        seen.saw("chat and draft are still there")
        stage.server.forget()
        stage.play().set()
        await visitor.composer.press("Enter")
        await expect(visitor.main.get_by_text(last_words("solo")).last).to_be_visible()
        await visitor.ended()
        asked = sorted(stage.asked)
        wanted = ["ada", "ben", "cleo", "deputy", "dora", "solo"]
        seen.need(
            asked == wanted, f"asked: {asked}", "the next question asks just these"
        )


async def _mixture_by_form(stage: Stage, visitor: Visitor, seen: Evidence) -> None:
    """A model more, a layer more, another aggregator; an empty layer meanwhile."""
    page = visitor.page
    button = page.locator(".st-key-choose-mixture button")
    seen.need(await button.count(), "no form for the mixture beside the composer")
    await visitor.click(button)
    rows = page.locator('[class*="st-key-agent-0-"]')
    await expect(rows).to_have_count(len(PROPOSERS))
    field = page.get_by_role("combobox", name="Add a model to layer 1")
    await visitor.choose(field, "dora")
    await expect(rows).to_have_count(len(PROPOSERS) + 1)
    seen.saw("Enter adds the one best match")
    await visitor.press("Add layer")
    second = page.get_by_role("combobox", name="Add a model to layer 2")
    await expect(second).to_be_visible()
    await visitor.idle()
    await _may_be_empty(stage, visitor, seen)
    await visitor.choose(second, "deputy")
    await expect(page.locator('[class*="st-key-agent-1-"]')).to_have_count(1)
    aggregator = page.get_by_role("combobox", name="Choose another aggregator")
    await visitor.choose(aggregator, "solo")
    seen.saw("models, layers and aggregator change by form controls")
    await visitor.press("^Done$")
    await expect(page.locator(".st-key-mixture-sheet")).to_have_count(0)


async def _may_be_empty(stage: Stage, visitor: Visitor, seen: Evidence) -> None:
    """The second layer, which the composer then will not send to."""
    page = visitor.page
    await _empty(visitor, page.locator('[class*="st-key-agent-1-"]'))
    await visitor.press("^Done$")
    needs = page.get_by_text(re.compile("layer 2 needs a model", re.I))
    seen.need(await visitor.soon(needs), "an empty layer is not allowed, or not told")
    asked = len(stage.asked)
    await visitor.composer.press("Enter")
    await visitor.page.wait_for_timeout(1500)
    await expect(visitor.composer).to_have_value(DRAFT)
    seen.need(len(stage.asked) == asked, "it is asked with an empty layer")
    seen.saw("an emptied layer says what it needs, and blocks Send")
    await visitor.click(page.locator(".st-key-choose-mixture button"))


async def _empty(visitor: Visitor, rows: Locator) -> None:
    while left := await rows.count():
        await visitor.click(
            rows.first.get_by_role("button", name=re.compile("^Change"))
        )
        await visitor.click(visitor.page.get_by_text("Remove", exact=True))
        await expect(rows.filter(has_text=re.compile("temperature"))).to_have_count(
            left - 1
        )
        await visitor.idle()
        if left == 1:
            return


async def a_follow_up_says_what_it_continues_from(stage: Stage, seen: Evidence) -> None:
    async with stage.answered() as visitor:
        chip = visitor.control(CHIP)
        there = await visitor.soon(chip)
        seen.need(there, "no chip says “Continues from …”")
        seen.saw(f"“{' '.join((await chip.first.inner_text()).split()[:4])}”")
        await visitor.ask(FOLLOW_UP)
        last = visitor.main.get_by_text(last_words(ANSWER))
        await expect(last).to_have_count(2)
        await visitor.ended()
        told = str(stage.server.calls[-1].body["messages"])
        handed = QUESTION in told and last_words(ANSWER) in told and FOLLOW_UP in told
        seen.need(handed, "the models were not told the first answer")
        seen.saw("the follow-up's models were told question and answer")
        await visitor.click(visitor.control(CHIP))
        other = visitor.page.get_by_text(re.compile("proposal by ben"))
        seen.need(await visitor.soon(other), "nothing else can be chosen")
        await visitor.click(other)
        await visitor.page.keyboard.press("Escape")
        changed = await visitor.soon(visitor.control(f"({CHIP}) .*ben"))
        seen.need(
            changed, "the chip does not change", "a proposal can be chosen instead"
        )


async def one_proposal_is_retried_alone(stage: Stage, seen: Evidence) -> None:
    async with stage.answered() as visitor:
        before = len(stage.asked)
        await visitor.press(LAYER)
        seen.need(await visitor.sees(TEXTS[0], visitor.patience_ms), "no layer")
        await visitor.page.wait_for_timeout(500)
        stood_px = await visitor.scrolled_px()
        await visitor.press("^(more_horiz|more for ada)")
        await visitor.click(
            visitor.page.get_by_text(re.compile("^(Retry|Ask it again)$"))
        )
        await asyncio.to_thread(stage.server.wait_until_asked, before + 1)
        await visitor.ended()
        await visitor.page.wait_for_timeout(1000)
        calls = stage.asked[before:]
        seen.need(calls == ["ada"], f"called: {calls}", "Retry is 1 new call")
        moved_px = abs(await visitor.scrolled_px() - stood_px)
        seen.need(moved_px <= STILL_PX, f"the page jumps by {moved_px} px")
        seen.saw("the page stays")
        rewrite = visitor.control("^(merge )?(Rewrite answer|Synthesise again)(, .*)?$")
        await visitor.click(rewrite)
        form = visitor.main.get_by_text(re.compile("^(Proposals to read|Written by)"))
        if await visitor.there(form, 2000):
            await visitor.click(rewrite.last)
        await asyncio.to_thread(stage.server.wait_until_asked, before + 2)
        await visitor.ended()
        calls = stage.asked[before + 1 :]
        seen.need(calls == [ANSWER], f"called: {calls}", "Rewrite is 1 more")
        for version in ("v1", "v2"):
            shown = visitor.main.get_by_text(version, exact=True)
            seen.need(await visitor.soon(shown), f"no {version}")
        seen.saw("v1 and v2 are both there")
