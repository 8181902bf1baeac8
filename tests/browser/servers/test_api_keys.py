"""A key of the API from its creation to its end, in a real browser and by real HTTP."""

import asyncio
import json
import re
import urllib.error
import urllib.request

from playwright.async_api import Page, expect

from tests.browser.app.running_app import RunningApp
from tests.browser.pages.hand import click

QUESTION = "Where do otters sleep in winter?"
SYSTEM = "Answer like a *naturalist*."


def request(app: RunningApp, secret: str) -> tuple[int, dict]:
    """Ask as any program does; the status and the body of the answer."""
    body = {
        "model": "polyphony/simulated",
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": QUESTION},
        ],
    }
    call = urllib.request.Request(
        f"{app.url}/v1/chat/completions",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {secret}"},
    )
    try:
        with urllib.request.urlopen(call, timeout=120) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


async def create(page: Page, name: str) -> str:
    """Create a key, and give the secret that was copied."""
    create = page.locator(".st-key-create-api-key button")
    await click(create)
    await click(page.locator(".st-key-api-key-name input"))
    await page.keyboard.press("Escape")
    await expect(create).to_be_focused()  # not the top of the page
    await click(create)
    dialog = page.get_by_role("dialog")
    await dialog.locator(".st-key-api-key-name input").fill(name)
    await click(dialog.locator(".st-key-api-key-create button"))
    shown = dialog.locator(".st-key-api-key-secret")
    await expect(shown).to_contain_text("poly-")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await click(shown.get_by_role("button"))
    await expect(shown.get_by_role("button", name="Copied")).to_be_visible()
    secret = await page.evaluate("navigator.clipboard.readText()")
    await click(dialog.locator(".st-key-api-key-done button"))
    await expect(dialog).to_have_count(0)
    await expect(create).to_be_focused()  # by the mouse, too
    assert isinstance(secret, str)
    return secret


async def test_a_key_is_created_copied_used_found_and_revoked(
    page: Page, lab: RunningApp
):
    await page.goto(f"{lab.url}/settings")
    main = page.locator(".stMain")
    base = main.locator(".st-key-api-base-url")
    await expect(base).to_contain_text(f"{lab.url}/v1")

    secret = await create(page, "Otter watch")
    assert re.fullmatch(r"poly-[\w-]{43}", secret)
    assert secret not in await page.content()
    card = main.locator("[class*=st-key-api-key-]", has_text="Otter watch").first
    await expect(card).to_contain_text(f"{secret[:9]}…{secret[-4:]}")

    status, answer = await asyncio.to_thread(request, lab, secret)
    assert status == 200
    assert answer["choices"][0]["message"]["content"]

    await click(main.locator(".st-key-show-api-requests button"))
    line = main.locator("[class*=st-key-listed-]", has_text=QUESTION)
    await expect(line).to_contain_text("Otter watch")
    await click(line.get_by_role("link"))
    await expect(main.locator(".st-key-asked-by")).to_contain_text("Otter watch")
    await click(main.locator("[class*=st-key-given-] summary"))
    await expect(main.locator("[class*=st-key-given-]")).to_contain_text(SYSTEM)
    await expect(main.get_by_role("button", name="Copy question 1")).to_be_visible()
    await expect(main.get_by_role("button", name="Edit question 1")).to_have_count(0)
    await expect(page.locator("[data-testid=stChatInput]")).to_have_count(0)
    sidebar = page.locator("[data-testid=stSidebar]")
    await expect(sidebar.get_by_text(QUESTION)).to_have_count(0)

    await page.goto(f"{lab.url}/spend")
    await click(main.locator(".st-key-spend-by").get_by_text("API key"))
    await expect(main.locator(".stMainBlockContainer")).to_contain_text("Otter watch")

    await page.goto(f"{lab.url}/settings")
    await click(card.locator("[class*=st-key-revoke-api-key-] button"))
    await expect(main.locator(".st-key-undo-revoke button")).to_be_focused()
    status, answer = await asyncio.to_thread(request, lab, secret)
    assert (status, answer["error"]["code"]) == (401, "invalid_api_key")
    await click(main.locator(".st-key-undo-revoke button"))
    await expect(main.locator(".st-key-api-key-revoked")).to_have_count(0)
    status, _ = await asyncio.to_thread(request, lab, secret)
    assert status == 200
