"""The page with a real model: as a user without a key has it."""

import pytest
from playwright.async_api import expect

from moa_core.mixture import encode_mixture
from tests.browser.app.running_app import RunningApp, free_port
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click
from tests.real_model.llama import CONTEXT_TOKENS, environment, loading, mixture

pytestmark = pytest.mark.timeout(300)


LATE_PORT = free_port()
"""Of a server that is started while the app runs already."""


@pytest.fixture(scope="module")
def lab(launch_shared, real_model) -> RunningApp:
    late = f"late=http://127.0.0.1:{LATE_PORT}/v1"
    tiny = environment(real_model)["POLYPHONY_ENDPOINTS"]
    return launch_shared({"POLYPHONY_ENDPOINTS": f"{tiny};{late}"})


@pytest.fixture
def chat(page) -> ChatPage:
    return ChatPage(page)


async def press(chat: ChatPage, name: str) -> None:
    await click(chat.page.get_by_role("button", name=name, exact=True).last)


async def test_a_question_a_rework_a_follow_up_an_overflow_and_a_stop(lab, chat):
    await chat.open(f"{lab.url}/?preset={encode_mixture(mixture(1, 1))}")
    await chat.ask("Why is the sky blue?")
    await chat.answered()
    await expect(chat.main.get_by_text("1 of 1 answered")).to_have_count(2)
    await click(chat.main.get_by_role("button", name="Rewrite answer"))
    await press(chat, "Rewrite answer")
    await expect(
        chat.page.get_by_role("button", name="Continues from answer v2")
    ).to_be_visible()
    await chat.ask_on("And at sunset?")

    alone = encode_mixture(mixture(max_tokens=800))
    await chat.open(f"{lab.url}/?preset={alone}")
    await chat.ask("Repeat: " + "lighthouse keeper " * 700)
    await chat.see(f"{CONTEXT_TOKENS:,}")
    await chat.see("too long")

    await chat.open(f"{lab.url}/?preset={alone}")
    await chat.ask("Tell a very long story about a lighthouse.")
    await expect(chat.stop).to_be_visible()
    assert await chat.grows()
    await click(chat.stop)
    await chat.see("Stopped. What arrived is kept.")


async def test_a_server_that_is_still_loading_is_waited_for_in_sight(
    lab, chat, tmp_path
):
    late = encode_mixture(mixture(1, endpoint="late"))
    await chat.open(f"{lab.url}/?preset={late}")
    with loading(tmp_path, LATE_PORT) as (_, let_go):
        await chat.ask("Why is the sky blue?")
        await chat.see("loading the model")
        let_go()
        await chat.answered()
        await chat.see("1 of 1 answered")
    assert not await chat.main.get_by_text("loading the model").count()


async def test_without_a_key_one_button_starts_real_models(
    launch_app, page, real_model
):
    """``real_model`` says that they are installed; these run beside it."""
    app = launch_app()
    await page.goto(app.url)
    await click(page.get_by_role("button", name="Try real, tiny models"))
    await expect(page.get_by_role("button", name="Stop them")).to_be_visible()
    mixture = page.locator(".st-key-choose-mixture")
    await expect(mixture).to_contain_text("Real, tiny models")
    await expect(page.get_by_text("3 models + smollm2-135m")).to_be_visible()
    await click(page.get_by_role("button", name="Stop them"))
    offer = page.get_by_role("button", name="Try real, tiny models")
    await expect(offer).to_be_visible()
    await expect(mixture).to_contain_text("Simulated, free")
