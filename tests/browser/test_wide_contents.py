"""What is wider than the page scrolls by itself; columns of a row are equally tall."""

import pytest
from playwright.async_api import expect

from moa_core.mixture.links import encode_mixture
from tests.browser.app.lab import MIXTURE
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click
from tests.model_server import Play

COLUMNS = 12
TABLE = "\n".join(
    "|" + "|".join([cell] * COLUMNS) + "|" for cell in ("Heading", "---", "Content")
)
FORMULA = r"\[ " + " + ".join(f"x_{{{number}}}" for number in range(60)) + r" \]"
PRICE = "It costs $5 to $10, says the formula."


@pytest.fixture
def chat(page):
    return ChatPage(page)


async def test_on_a_phone_a_wide_table_does_not_push_the_page_aside(lab, chat, server):
    answer = f"{PRICE}\n\n{TABLE}\n\n{FORMULA}\n\nThe end."
    server.plays["chief"] = Play(pieces=[answer])
    await chat.page.set_viewport_size({"width": 390, "height": 844})
    await chat.open(f"{lab.url}/?preset={encode_mixture(MIXTURE)}")
    await chat.ask("Wide?")
    await chat.answered()
    await chat.see(PRICE)
    await expect(chat.main.locator(".katex-display")).to_be_attached()
    await click(chat.main.get_by_text("3 of 3 answered").last)
    await expect(chat.main.locator("table")).to_have_count(2)
    assert await chat.main.evaluate("main => main.scrollWidth") <= 390


async def test_columns_of_a_row_are_equally_tall(lab, chat, server):
    server.plays["solo"] = Play(status=400)
    await chat.open(lab.url)
    form = await chat.mixture.open()
    await form.remove(2, "analyst")
    await form.add(2, "solo")
    await form.done()
    await chat.ask("Tall?")
    await chat.answered()
    await click(chat.layer(2))
    await expect(chat.columns.last).to_contain_text("failed")
    heights = await chat.columns.evaluate_all(
        "all => all.map(column => column.getBoundingClientRect().height)"
    )
    assert len(heights) == 2
    assert max(heights) - min(heights) < 1
