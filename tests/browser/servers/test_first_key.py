"""From the demo to real models: what a newcomer with a key goes through."""

from playwright.async_api import Page, expect

from moa_core.mixture.shipped import preset_named
from storage.endpoints.endpoint_store import EndpointStore
from tests.browser.app.running_app import QUICK
from tests.browser.conftest import LaunchApp
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click
from tests.model_server import ModelServer

KEY = "sk-of-a-newcomer-0123456789-WXYZ"


async def test_a_key_that_is_saved_elsewhere_is_offered_used_and_never_shown(
    page: Page, launch_app: LaunchApp, model_server: ModelServer
) -> None:
    models = {agent.model for agent in preset_named("openai").config.agents}
    model_server.models = {"data": [{"id": model} for model in sorted(models)]}
    app = launch_app({**QUICK, "OPENAI_BASE_URL": model_server.url})
    chat = await ChatPage(page).open(app.url)
    demo = page.locator(".st-key-demo")
    await expect(demo).to_be_visible()
    offer = page.locator(".st-key-offer")
    await expect(offer).to_have_count(0)

    EndpointStore(app.database.parent, "file").save_key("openai", KEY)
    # Without a reload; a list that was too slow on a busy machine is asked for again.
    await expect(offer).to_be_visible(timeout=90_000)
    await click(page.locator(".st-key-offer-use button"))
    await expect(demo).to_have_count(0)
    await expect(offer).to_have_count(0)
    await chat.ask_on("Why is the sky blue?")
    assert {call.body["model"] for call in model_server.calls} == models

    await page.goto(app.url)  # as tomorrow
    begun = page.locator(".st-key-begin-with-connected button")
    await expect(begun).to_be_disabled()
    await page.goto(f"{app.url}/settings")
    card = page.locator(".st-key-endpoint-openai")
    await expect(card).to_contain_text(KEY[-4:])
    assert KEY not in await page.content()
    field = card.get_by_role("textbox")
    await field.fill("sk-another-of-this-newcomer")
    await click(page.locator(".st-key-test-key-openai button"))
    result = page.locator(".st-key-key-result-openai [data-testid=stAlert]")
    await expect(result).to_be_visible()
    assert len(model_server.calls) == 5, "one cheap call"
