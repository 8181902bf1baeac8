"""Proposals and answers side by side, in a real browser."""

import shutil

import pytest
import pytest_asyncio
from playwright.async_api import expect

from moa_core.mixture.links import encode_mixture
from tests.browser.app.asked_before import ask_before
from tests.browser.app.lab import MIXTURE
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.compare_page import ComparePage
from tests.model_server import Play

QUESTION = "Why is the sky blue?"
CRAFTED = """\
The sky is blue. ![pixel](http://evil.example/p.png) It scatters light! [next]

- One point. Another ] :red[one] ~~point~~.

| A | B |
|---|---|
| first cell | second cell. |

```python
print("Code stays. As it is.")
```

It costs $5. The formula $a^2$ stays.
"""


@pytest.fixture(scope="module")
def app(launch_shared, new_file, tmp_path_factory):
    """The app with one question that was answered before it started."""
    database = tmp_path_factory.mktemp("asked") / "polyphony.db"
    shutil.copy(new_file, database)
    ask_before(database, QUESTION)
    return launch_shared(database=database)


@pytest_asyncio.fixture(loop_scope="session")
async def compared(app, page):
    """The page of comparisons, at the answers to that question."""
    await page.goto(f"{app.url}/compare")
    compared = ComparePage(page)
    await compared.drawn()
    return compared


async def test_columns_are_ticked_marked_and_maximised(compared):
    main = compared.main
    await expect(compared.columns()).to_have_count(3)
    assert min(await compared.widths()) >= 390
    await compared.tick("A explainer")
    await expect(compared.columns()).to_have_count(4)

    await compared.mark("Word differences")
    await expect(main.locator("del").first).to_be_visible()
    await expect(main.get_by_text("only here").first).to_be_visible()

    await compared.mark("Sources")
    await expect(main.get_by_text("similarity, not proof").first).to_be_visible()
    await expect(main.locator("del")).to_have_count(0)
    marks = main.locator(".source-mark")
    await expect(marks.nth(3)).to_be_visible()

    await compared.toggle_column(1)
    await expect(compared.columns()).to_have_count(1)
    await compared.toggle_column(0)
    await expect(compared.columns()).to_have_count(4)
    await check_the_matrix(compared)


async def check_the_matrix(compared):
    """It is a table with a name and heads."""
    matrix = compared.main.get_by_role("table", name="Similarity of every two texts")
    await expect(matrix).to_be_visible()
    await expect(matrix.get_by_role("columnheader")).to_have_count(6)
    await expect(matrix.get_by_role("rowheader")).to_have_count(6)


async def test_on_a_phone_columns_are_stacked_and_nothing_is_pushed_aside(compared):
    await compared.page.set_viewport_size({"width": 390, "height": 844})
    assert await compared.overhang_px() == 0
    for marking, sign in (
        ("Word differences", "only here"),
        ("Sources", "similarity, not proof"),
    ):
        await compared.mark(marking)
        await expect(compared.main.get_by_text(sign).first).to_be_visible()
        assert await compared.overhang_px() == 0
    left = [await card.bounding_box() for card in await compared.columns().all()]
    assert len({round(box["x"]) for box in left}) == 1


async def test_crafted_texts_stay_what_they_are_with_every_mark(lab, page, server):
    server.plays["ben"] = server.plays["chief"] = Play(pieces=[CRAFTED])
    chat = ChatPage(page)
    await chat.open(f"{lab.url}/?preset={encode_mixture(MIXTURE)}")
    await chat.ask(QUESTION)
    await chat.answered()
    compared = ComparePage(page)
    await compared.main.evaluate("main => main.scrollTo(0, 1000)")
    scrolled = "main => main.scrollTop"
    assert await compared.main.evaluate(scrolled) > 0
    await compared.open()
    assert await compared.main.evaluate(scrolled) == 0  # as page_turn.js has it
    await compared.mark("Word differences")
    await expect(compared.main.get_by_text("only here").first).to_be_visible()
    await expect(compared.main.locator("img[src*=evil]")).to_have_count(0)
    await compared.mark("Sources")
    sources = compared.main.get_by_text("similarity, not proof")
    await expect(sources.first).to_be_visible()
    await expect(compared.main.locator("img[src*=evil]")).to_have_count(0)
    code = compared.main.locator("code").filter(has_text="Code stays. As it is.")
    await expect(code.first).to_be_attached()
    await expect(compared.main.locator(".katex").first).to_be_attached()
    await expect(compared.main.locator(".katex-error")).to_have_count(0)
    assert "\U00100000" not in await compared.main.inner_text()
