"""Tries what one sees while models write: columns, the answer, Stop, a failure."""

import asyncio
import re
import time

from playwright.async_api import expect

from tests.browser.app.lab import mixture
from tests.front_room.stage import (
    ANSWER,
    DRIP_S,
    PROPOSERS,
    QUESTION,
    THREE,
    Evidence,
    Stage,
    UnmetError,
    first_words,
    last_words,
)
from tests.front_room.visitor import Visitor
from tests.model_server import Play

FIVE = ("ada", "ben", "cleo", "chief", "solo")
SECOND = 1.0
WINDOW_PX = 900
COLUMN_PX = 350
READING_PX = 700
COLUMNS = {1280: 2, 1440: 3, 1920: 4}
LAYER = "^(expand_more |keyboard_arrow_down )?Layer 1(, .*)?$"
TEXTS = [first_words(name) for name in PROPOSERS]
HEAD = [first_words(ANSWER)]


async def every_column_moves(stage: Stage, seen: Evidence) -> None:
    async with stage.visit() as visitor:
        stage.play(DRIP_S)
        await visitor.open(THREE)
        await visitor.watch(TEXTS)
        await visitor.ask(QUESTION)
        took_s = max(await visitor.seen_after_s())
        named = [await visitor.sees(name) for name in PROPOSERS]
        seen.need(
            all(named), "a column does not name its model", "named by their models"
        )
        moving = await visitor.grow(TEXTS)
        seen.need(moving, "not every column moves", "all 3 grow token by token")
        boxes = [box for box in await visitor.boxes(TEXTS) if box]
        level = len(boxes) == len(TEXTS) and len({round(box[1]) for box in boxes}) == 1
        in_sight = all(0 <= box[1] < WINDOW_PX for box in boxes)
        seen.need(in_sight, "not all are in sight at 1440 x 900")
        seen.need(level, "they are not side by side", "side by side and in sight")
        seen.need(took_s <= SECOND, f"the last began after {took_s:.2f} s")
        seen.saw(f"the last began {took_s:.2f} s after Enter")


async def the_answer_is_plain(stage: Stage, seen: Evidence) -> None:
    async with stage.visit() as visitor:
        slow = [f"{first_words(ANSWER)}. ", *["word "] * 300, last_words(ANSWER)]
        stage.play(chief=Play(pieces=slow, pause_s=DRIP_S)).set()
        await visitor.open(THREE)
        await visitor.ask(QUESTION)
        came = await visitor.sees(HEAD[0], visitor.patience_ms)
        seen.need(came and await visitor.grow(HEAD), "the answer does not stream")
        seen.saw("streams")
        heading = visitor.page.get_by_role("heading", name=re.compile("^Answer"))
        seen.need(await visitor.soon(heading), "nothing is headed Answer")
        by = visitor.page.get_by_text(re.compile(rf"by {ANSWER}"))
        seen.need(await visitor.soon(by), "it does not say who wrote it")
        seen.saw(f"headed “Answer”, by {ANSWER}")
        await _head_in_sight(visitor, seen, "while it streams")
        await visitor.ended()
        await _head_in_sight(visitor, seen, "at its end")
        [proposal] = await visitor.boxes(TEXTS[:1])
        seen.need(proposal is None, "the layer did not fold", "the layer is folded")
        for name in PROPOSERS:
            chip = visitor.control(rf"^Show {name}\b.*\d s")
            seen.need(await visitor.soon(chip), f"folded, {name} is not told")
        seen.saw("to a chip a model with its time and cost")
        await visitor.press(LAYER)
        opens = await visitor.sees(TEXTS[0], visitor.patience_ms)
        seen.need(opens, "a click does not open it", "one click opens it")


async def _head_in_sight(visitor: Visitor, seen: Evidence, when: str) -> None:
    for _ in range(60):
        [box] = await visitor.boxes(HEAD)
        if box and 0 <= box[1] < WINDOW_PX / 2:
            seen.saw(f"its head in sight {when}")
            return
        await visitor.page.wait_for_timeout(50)
    raise UnmetError(f"the answer's head is out of sight {when}")


async def stop_keeps_what_came(stage: Stage, seen: Evidence) -> None:
    async with stage.visit() as visitor:
        stage.play()
        await visitor.open(mixture("ada", "ben", "solo"))
        await visitor.watch(["Stop"])
        await visitor.ask(QUESTION)
        [visible_s] = await visitor.seen_after_s()
        seen.saw(f"Stop is there after {visible_s:.2f} s")
        for name in ("ada", "ben", "solo"):
            await visitor.sees(first_words(name), visitor.patience_ms)
        await visitor.watch(["Stopped"])
        await visitor.press(r"^(stop )?Stop$")
        [stopped_s] = await visitor.seen_after_s()
        seen.need(stopped_s <= SECOND, f"“Stopped” after {stopped_s:.2f} s")
        seen.saw(f"“Stopped” {stopped_s:.2f} s after the click")
        await asyncio.to_thread(stage.server.wait_until_dropped, 3)
        seen.saw("all 3 connections are closed")
        for when in ("", " after a reload"):
            kept = await visitor.sees(TEXTS[0], visitor.patience_ms)
            seen.need(kept, f"the text is gone{when}")
            billed = re.compile(r"\$[\d.]*[1-9].*tokens.*0 of 3 answered")
            priced = await visitor.soon(visitor.main.get_by_text(billed))
            seen.need(priced, f"what came has no cost{when}")
            if not when:
                await visitor.page.reload()
        seen.saw("text and its cost are kept, after a reload too")


async def one_failure_costs_one_column(stage: Stage, seen: Evidence) -> None:
    async with stage.visit() as visitor:
        stage.play(ben=Play(status=403, body={"error": "no"})).set()
        await visitor.open(THREE)
        await visitor.ask(QUESTION)
        came = await visitor.sees(last_words(ANSWER), visitor.patience_ms)
        seen.need(came, "no answer", "the rest go on to an answer")
        await visitor.ended()
        said = await visitor.sees("2 of 3 answered")
        seen.need(said, "“2 of 3 answered” is not said", "“2 of 3 answered”")
        who = visitor.control(r"^Show ben\b.*failed")
        named = await visitor.soon(who)
        seen.need(named, "folded, it does not say who failed", "names ben as failed")
        await visitor.press(LAYER)
        reason = re.compile(r"(refused|status 403|forbidden|denied)", re.I)
        why = await visitor.soon(visitor.main.get_by_text(reason))
        seen.need(why, "its column has no reason", "its column says why")
        retry = visitor.control("^(refresh )?(Retry|Ask it again)")
        seen.need(
            await visitor.soon(retry), "nothing to do about it", "with Retry there"
        )
        handed = str(stage.server.calls[-1].body["messages"])
        clean = "403" not in handed
        seen.need(
            clean, "the error went on as a proposal", "no error goes to the answer"
        )


async def nothing_is_lost_by_a_reload(stage: Stage, seen: Evidence) -> None:
    async with stage.visit() as visitor:
        end = stage.play()
        await visitor.open(THREE)
        await visitor.ask(QUESTION)
        seen.need(await visitor.sees(TEXTS[0], visitor.patience_ms), "no text")
        await expect(visitor.page).to_have_url(re.compile("c="))
        address = visitor.page.url
        began = time.monotonic()
        await visitor.page.reload()
        for text in TEXTS:
            seen.need(await visitor.sees(text, visitor.patience_ms), "a text is lost")
        seen.saw(f"reloaded, all texts are back after {time.monotonic() - began:.1f} s")
        await _keeps_a_draft(visitor, seen)
        await visitor.page.close()
        end.set()
        await asyncio.to_thread(stage.server.wait_until_asked, 4)
    async with stage.visit() as later:
        await later.page.goto(address)
        whole = await later.sees(last_words(ANSWER), later.patience_ms)
        seen.need(whole, "the run did not go on without a page")
        await later.press(LAYER)
        for name in PROPOSERS:
            there = await later.sees(last_words(name), later.patience_ms)
            seen.need(there, f"{name}'s proposal is not there")
        seen.saw("with the tab closed the run ended; its answer and layer are there")


async def _keeps_a_draft(visitor: Visitor, seen: Evidence) -> None:
    draft = "An unsent thought"
    await expect(visitor.composer).to_be_enabled(timeout=8000)
    await visitor.composer.press_sequentially(draft)
    await visitor.press("^(tune )?Presets$")
    heading = visitor.page.get_by_role("heading", name="Presets", exact=True)
    await expect(heading).to_be_visible()
    await visitor.idle()
    await visitor.press("^(forum )?Chat$")
    await expect(visitor.composer).to_have_value(draft)
    seen.saw("a draft outlives a visit of another page")


async def columns_stay_readable(stage: Stage, seen: Evidence) -> None:
    for width, least in COLUMNS.items():
        count, px = await columns_a_row(stage, width)
        seen.need(count >= least, f"{count} columns at {width} px")
        seen.need(px >= COLUMN_PX, f"columns of {px} px at {width} px")
        seen.saw(f"{width} px: {count} of {px} px")
    await _expands(stage, seen)
    await _is_swiped_on_a_phone(stage, seen)


async def columns_a_row(stage: Stage, width: int) -> tuple[int, int]:
    """Columns in sight beside the first while five models write, and their width."""
    async with stage.visit(width=width) as visitor:
        stage.play()
        await visitor.open(mixture(*FIVE, aggregator="deputy"))
        await visitor.ask(QUESTION)
        texts = [first_words(name) for name in FIVE]
        for text in texts[:2]:
            if not await visitor.sees(text, visitor.patience_ms):
                raise UnmetError("no text")
        await visitor.page.wait_for_timeout(1000)
        boxes = [box for box in await visitor.boxes(texts) if box]
        row = [box for box in boxes if abs(box[1] - boxes[0][1]) < 60]
        inside = [box for box in row if box[0] + box[2] <= width]
        gap = 16
        pitch = row[1][0] - row[0][0] - gap if len(row) > 1 else row[0][2]
        return len(inside), int(max(pitch, min(box[2] for box in inside)))


async def _expands(stage: Stage, seen: Evidence) -> None:
    async with stage.answered() as visitor:
        await visitor.press(LAYER)
        seen.need(await visitor.sees(TEXTS[1], visitor.patience_ms), "no layer")
        expand = visitor.control("^(Expand ben|open_in_full)")
        await visitor.click(expand)
        text = visitor.main.get_by_text(TEXTS[1]).locator("visible=true")
        for _ in range(60):
            box = await text.first.bounding_box()
            if box and box["width"] >= READING_PX:
                break
            await visitor.page.wait_for_timeout(50)
        wide = int(box["width"]) if box else 0
        seen.need(wide >= READING_PX, f"expanded, a text is {wide} px wide")
        seen.saw(f"expanded, a text is {wide} px wide")
        await visitor.page.keyboard.press("ArrowRight")
        seen.need(await visitor.sees(TEXTS[2], 5000), "→ does not lead to the next")
        await visitor.page.keyboard.press("Escape")
        for text_of in TEXTS:
            seen.need(await visitor.sees(text_of, 5000), "Escape does not lead back")
        seen.saw("→ and Escape work")


async def _is_swiped_on_a_phone(stage: Stage, seen: Evidence) -> None:
    how = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    async with stage.visit(**how) as visitor:
        stage.play()
        await visitor.open(THREE)
        await visitor.ask(QUESTION)
        seen.need(
            await visitor.sees(TEXTS[0], visitor.patience_ms), "no text on a phone"
        )
        await visitor.page.wait_for_timeout(1000)
        [first] = await visitor.boxes(TEXTS[:1])
        await visitor.swipe(first[1] + 20 if first else 400)
        await visitor.page.wait_for_timeout(1500)
        [second] = await visitor.boxes(TEXTS[1:2])
        there = second and 0 <= second[0] < 60 and second[1] < 844
        seen.need(there, "on a phone a swipe does not show the next proposal")
        seen.saw("on a phone a swipe shows the next one")
