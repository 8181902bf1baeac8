"""The sixteen points of the first five minutes, each tried as a newcomer would."""

import re
import time
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from moa_core.mixture import MoAConfig
from tests.browser.app.lab import mixture
from tests.front_room.stage import PROPOSERS, QUESTION, THREE, Stage, first_words
from tests.front_room.visitor import PATIENCE_MS, Visitor
from tests.model_server import Play

Point = Callable[[Stage], Awaitable[str]]
"""Tries a point: gives its evidence, or raises an AssertionError with what fails."""

ANSWER = "chief"


async def answered(stage: Stage, visitor: Visitor, config: MoAConfig = THREE) -> None:
    """Ask, and wait for the whole answer."""
    stage.play().set()
    await visitor.open(config)
    await visitor.ask(QUESTION)
    assert await visitor.sees(f"Last of {ANSWER}.", PATIENCE_MS), "no answer came"
    await visitor.idle()


async def opens_without_a_key(stage: Stage) -> str:
    async with stage.visit(stage.bare_url) as visitor:
        began = time.monotonic()
        await visitor.open()
        opened_s = time.monotonic() - began
        assert await visitor.sees(re.compile("simulated|demo", re.I)), "not labelled"
        stage.offer_local()
        await visitor.open(path="settings")
        await visitor.press("refresh|look again")
        await visitor.page.wait_for_timeout(1500)
        await visitor.open()
        offer = re.compile(r"(is|are) connected", re.I)
        offered = await visitor.sees(offer, 3000)
        uses = visitor.page.get_by_role("button", name=re.compile("^use ", re.I))
        assert offered or await uses.count(), "a local server is not offered"
        return f"healthy {stage.bare_start_s:.1f} s, open {opened_s:.1f} s, offers it"


async def dead_models_are_flagged(stage: Stage) -> str:
    async with stage.visit() as visitor:
        await visitor.open(mixture("ada", "adaa"))
        flag = re.compile(r"(doesn.t|does not) offer .?adaa", re.I)
        assert await visitor.sees(flag, 5000), "not flagged"
        fix = visitor.main.get_by_role(
            "button", name=re.compile("use ada|replace", re.I)
        )
        assert await fix.count(), "flagged, but nothing replaces it with a click"
        return "flagged at the composer, one click replaces it"


async def columns_move_within_a_second(stage: Stage) -> str:
    async with stage.visit() as visitor:
        end = stage.play()
        await visitor.open(THREE)
        sent = await visitor.ask(QUESTION)
        texts = [first_words(name) for name in PROPOSERS]
        boxes = await visitor.boxes(texts)
        while not all(boxes) and time.monotonic() - sent < 5:
            boxes = await visitor.boxes(texts)
        took_s = time.monotonic() - sent
        await visitor.page.wait_for_timeout(700)
        boxes = await visitor.boxes(texts)
        end.set()
        assert all(boxes), "not every column shows a text"
        seen = sum(0 <= box[1] < 900 for box in boxes if box)
        assert took_s <= 1.5, f"the last column began after {took_s:.1f} s"
        assert seen == len(texts), f"only {seen} of {len(texts)} are in sight"
        return f"all 3 in sight after {took_s:.2f} s"


async def the_answer_is_plain(stage: Stage) -> str:
    async with stage.visit() as visitor:
        await answered(stage, visitor)
        await visitor.page.wait_for_timeout(500)
        named = visitor.page.get_by_text(re.compile(r"^Answer\b"))
        assert await named.count(), "nothing is called Answer"
        [proposal] = await visitor.boxes([first_words("ada")])
        assert proposal is None, "the layer did not fold"
        await visitor.press("^(expand_more )?Layer 1")
        assert await visitor.sees(first_words("ada"), 3000), "a click shows no layer"
        return "called Answer; the layer folds and is one click away"


async def stop_keeps_what_came(stage: Stage) -> str:
    async with stage.visit() as visitor:
        end = stage.play()
        await visitor.open(THREE)
        sent = await visitor.ask(QUESTION)
        stop = visitor.page.get_by_role("button", name=re.compile(r"\bStop\b"))
        await expect(stop.first).to_be_enabled(timeout=PATIENCE_MS)
        visible_s = time.monotonic() - sent
        assert await visitor.sees(first_words("ada"), PATIENCE_MS), "no text"
        await visitor.click(stop)
        pressed = time.monotonic()
        assert await visitor.sees(re.compile("^Stopped"), PATIENCE_MS), "not stopped"
        stopped_s = time.monotonic() - pressed
        end.set()
        assert await visitor.sees(first_words("ada"), 3000), "the text is gone"
        return f"there after {visible_s:.2f} s, stopped after {stopped_s:.2f} s, kept"


async def one_failure_costs_one_column(stage: Stage) -> str:
    async with stage.visit() as visitor:
        stage.play(ben=Play(status=500)).set()
        await visitor.open(THREE)
        await visitor.ask(QUESTION)
        assert await visitor.sees(f"Last of {ANSWER}.", 60_000), "no answer"
        assert await visitor.sees(re.compile("2 of 3 answered")), "2 of 3 is not said"
        await visitor.press("^(expand_more )?Layer 1")
        reason = re.compile(r"failed \(status 500", re.I)
        assert await visitor.sees(reason, 3000), "no reason"
        return "2 of 3 answered; its column says why"


async def the_badge_is_right(stage: Stage) -> str:
    async with stage.visit() as visitor:
        await answered(stage, visitor, mixture("ada", "ben"))
        facts = re.compile(r"\$[\d.]+.*tokens.*\d s")
        known = await visitor.sees(facts, 3000)
        await answered(stage, visitor, mixture("ada", "cleo"))
        assert known, "no tokens, money and time"
        assert await visitor.sees(re.compile("unknown"), 3000), "unknown is not said"
        return "tokens, money and time; unknown where a price is"


async def nothing_is_lost_by_a_reload(stage: Stage) -> str:
    async with stage.visit() as visitor:
        end = stage.play()
        await visitor.open(THREE)
        await visitor.ask(QUESTION)
        assert await visitor.sees(first_words("ada"), PATIENCE_MS), "no text"
        await expect(visitor.page).to_have_url(re.compile("c="), timeout=PATIENCE_MS)
        began = time.monotonic()
        await visitor.page.reload()
        assert await visitor.sees(first_words("ada"), PATIENCE_MS), "text lost"
        back_s = time.monotonic() - began
        draft = "An unsent thought"
        box = visitor.composer.first
        await expect(box).to_be_enabled(timeout=PATIENCE_MS)
        await box.press_sequentially(draft)
        await visitor.page.wait_for_timeout(500)
        await visitor.press("^(tune )?Presets$")
        await visitor.idle()
        await visitor.page.go_back()
        await expect(box).to_have_value(draft, timeout=3000)
        end.set()
        assert await visitor.sees(f"Last of {ANSWER}.", PATIENCE_MS), "no answer"
        return f"text back after {back_s:.1f} s, draft kept, the run ended"


async def forms_never_lose_the_chat(stage: Stage) -> str:
    async with stage.visit() as visitor:
        await answered(stage, visitor)
        await visitor.press("^(tune )?Presets$")
        heading = visitor.page.get_by_role("heading", name="Presets", exact=True)
        await expect(heading).to_be_visible(timeout=PATIENCE_MS)
        await visitor.press("Add model")
        await visitor.idle()
        await visitor.press("^(forum )?Chat$")
        assert await visitor.sees(f"Last of {ANSWER}.", 5000), "Chat opens a blank page"
        return "a model added by a form, and Chat leads back to the open chat"


async def a_follow_up_says_what_it_continues_from(stage: Stage) -> str:
    async with stage.visit() as visitor:
        await answered(stage, visitor)
        chip = re.compile("continues from|goes on from", re.I)
        assert await visitor.sees(chip, 3000), "no chip"
        await visitor.ask("And at night?")
        last = visitor.page.get_by_text(f"Last of {ANSWER}.")
        await expect(last).to_have_count(2, timeout=PATIENCE_MS)
        return "a chip says so, and a second answer came"


async def presets_can_be_saved(stage: Stage) -> str:
    async with stage.visit() as visitor:
        await visitor.open(THREE)
        await visitor.press("^(tune )?Presets$")
        heading = visitor.page.get_by_role("heading", name="Presets", exact=True)
        await expect(heading).to_be_visible(timeout=PATIENCE_MS)
        field = visitor.main.get_by_role("combobox", name="Preset").first
        await field.click()
        for name in ("MoA, as in the paper", "MoA-Lite", "MoA with GPT-4o", "Self-MoA"):
            await field.fill(name)
            entry = visitor.page.get_by_role("option", name=re.compile(re.escape(name)))
            await expect(entry.first).to_be_visible(timeout=5000)
        await visitor.page.keyboard.press("Escape")
        await visitor.press("Save as")
        title = visitor.page.get_by_label("Name", exact=True)
        await title.fill(f"Mine {time.monotonic_ns()}")
        await title.press("Enter")
        await visitor.press("Save as new")
        await visitor.idle()
        saved = visitor.main.get_by_role("combobox", name="Preset").first
        await expect(saved).to_have_value(re.compile("^Mine"), timeout=5000)
        return "built-in ones are there; a mixture is saved as mine"


async def one_proposal_is_retried_alone(stage: Stage) -> str:
    async with stage.visit() as visitor:
        await answered(stage, visitor)
        before = len(stage.server.calls)
        await visitor.press("^(expand_more )?Layer 1")
        assert await visitor.sees(first_words("ada"), 3000), "no layer"
        menu = re.compile("more_horiz|retry|ask again|more for", re.I)
        await visitor.click(visitor.main.get_by_role("button", name=menu))
        retry = visitor.page.get_by_text(re.compile("^(Retry|Ask it again)$"))
        if await retry.count():
            await visitor.click(retry)
        for _ in range(100):
            if len(stage.server.calls) > before:
                break
            await visitor.page.wait_for_timeout(100)
        await visitor.page.wait_for_timeout(1500)
        calls = len(stage.server.calls) - before
        assert calls == 1, f"{calls} calls instead of 1"
        return "1 new call"


async def columns_stand_side_by_side(stage: Stage) -> str:
    told = []
    for width, least in ((1280, 2), (1440, 3), (1920, 4)):
        count, text_px = await columns_a_row(stage, width)
        assert count >= least, f"{count} columns at {width} px"
        assert text_px >= 300, f"{text_px} px of text at {width} px"
        told.append(f"{width}: {count} of {text_px} px")
    return ", ".join(told)


async def any_base_url_can_be_entered(stage: Stage) -> str:
    async with stage.visit(stage.bare_url) as visitor:
        await visitor.open(path="settings")
        add = visitor.main.get_by_text(re.compile("add (an )?endpoint", re.I))
        await expect(add.first).to_be_visible(timeout=5000)
        await visitor.click(add)
        url = visitor.page.get_by_label(re.compile(r"\b(URL|address)\b", re.I))
        await expect(url.first).to_be_visible(timeout=5000)
        return "a field for it in Settings"


async def chats_are_renamed_found_and_exported(stage: Stage) -> str:
    async with stage.visit() as visitor:
        await answered(stage, visitor)
        await visitor.open(path="history")
        await visitor.main.get_by_role("searchbox").first.fill("Last of ada")
        assert await visitor.sees(QUESTION, 5000), "a proposal's words are not found"
        await visitor.main.get_by_role("searchbox").first.fill("")
        await visitor.idle()
        menu = visitor.main.locator('[class*="st-key-menu-"] button')
        await visitor.click(menu)
        for entry in ("Rename", "Delete"):
            text = visitor.page.get_by_text(entry, exact=True)
            await expect(text.first).to_be_visible(timeout=5000)
        export = visitor.page.get_by_text("Export", exact=True)
        if not await export.count():
            await visitor.page.keyboard.press("Escape")
            await visitor.page.go_back()
            await expect(visitor.page.get_by_text("Export").first).to_be_visible()
        return "search finds proposals; rename, delete and export are in a menu"


async def copy_enter_and_dark(stage: Stage) -> str:
    async with stage.visit(color_scheme="dark") as visitor:
        await answered(stage, visitor)
        clicks = await clicks_to_copy(visitor)
        ground = await visitor.page.evaluate(
            "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
        )
        bright = max(map(int, re.findall(r"\d+", ground)[:3]))
        assert bright < 60, f"the ground is {ground} in the dark"
        assert clicks == 1, f"copying takes {clicks} clicks"
        return "copied by 1 click, sent by Enter, dark"


async def clicks_to_copy(visitor: Visitor) -> int:
    """How many clicks copy the answer: 1, or more where a menu comes first."""
    copy = visitor.main.get_by_role("button", name=re.compile("copy", re.I))
    for clicks in (1, 2):
        await copy.last.click(timeout=PATIENCE_MS)
        await visitor.page.wait_for_timeout(700)
        copied = await visitor.page.evaluate("navigator.clipboard.readText()")
        if f"Last of {ANSWER}." in copied or "Last of " in copied:
            return clicks
        code = visitor.page.get_by_test_id("stCodeCopyButton")
        if await code.count():
            copy = code
    return 3


async def columns_a_row(stage: Stage, width: int) -> tuple[int, int]:
    """Columns beside the first one while five models write, and the narrowest text."""
    names = ("ada", "ben", "cleo", "chief", "solo")
    async with stage.visit(width=width) as visitor:
        end = stage.play()
        await visitor.open(mixture(*names, aggregator="deputy"))
        await visitor.ask(QUESTION)
        assert await visitor.sees(first_words("ada"), PATIENCE_MS), "no text"
        await visitor.page.wait_for_timeout(1000)
        found = await visitor.boxes([first_words(name) for name in names])
        end.set()
        boxes = [box for box in found if box]
        top = min(box[1] for box in boxes)
        row = [box for box in boxes if abs(box[1] - top) < 60]
        inside = [box for box in row if box[0] + box[2] <= width]
        return len(inside), int(min(box[2] for box in inside))


POINTS: dict[str, Point] = {
    "opens without a key, local server offered": opens_without_a_key,
    "dead ids flagged with a substitute": dead_models_are_flagged,
    "within a second every column moves": columns_move_within_a_second,
    "the answer is the answer, layers fold": the_answer_is_plain,
    "Stop": stop_keeps_what_came,
    "one model fails": one_failure_costs_one_column,
    "badge: tokens, money, time": the_badge_is_right,
    "reload: nothing is lost": nothing_is_lost_by_a_reload,
    "form controls never lose the chat": forms_never_lose_the_chat,
    "follow-up, and a chip": a_follow_up_says_what_it_continues_from,
    "presets, save as mine": presets_can_be_saved,
    "retry one proposal": one_proposal_is_retried_alone,
    "columns stay readable": columns_stand_side_by_side,
    "any base URL": any_base_url_can_be_entered,
    "rename, delete, search, export": chats_are_renamed_found_and_exported,
    "copy, Enter, dark": copy_enter_and_dark,
}
