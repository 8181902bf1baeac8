"""Two people sign in at a real provider, in a real browser, and never meet."""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.app.running_app import QUICK, RunningApp, free_port
from tests.support.waiting import eventually

ADA, BOB = "ada@example.org", "bob@example.org"
QUESTION = "Where do zebras sleep in winter?"


@pytest.fixture
def provider() -> Iterator[str]:
    """An OpenID Connect provider that knows two people; gives its issuer."""
    port = free_port()
    people = (
        json.dumps({"sub": email[:3], "email": email, "email_verified": True})
        for email in (ADA, BOB)
    )
    options = [option for each in people for option in ("--user-claims", each)]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: answers(f"{issuer}/.well-known/openid-configuration"))
        yield issuer
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


@pytest.fixture
def app(tmp_path: Path, provider: str) -> Iterator[RunningApp]:
    """The app with sign-in; ada is its administrator."""
    running = RunningApp(tmp_path)
    running.restart(
        {
            **QUICK,
            "POLYPHONY_URL": running.url,
            "POLYPHONY_COOKIE_SECRET": "0123456789abcdef0123456789abcdef",
            "POLYPHONY_OIDC_ISSUER": provider,
            "POLYPHONY_OIDC_CLIENT_ID": "polyphony",
            "POLYPHONY_OIDC_CLIENT_SECRET": "hush",
            "POLYPHONY_ADMINISTRATORS": ADA,
        }
    )
    yield running
    running.stop()


async def visitor(browser: Browser) -> BrowserContext:
    """Somebody with a browser of their own, which reaches this machine only."""
    context = await browser.new_context(reduced_motion="reduce")

    async def at_home(route: Route) -> None:
        here = route.request.url.startswith("http://127.0.0.1:")
        await (route.continue_() if here else route.abort())

    await context.route("**/*", at_home)
    return context


async def log_in(page: Page, app: RunningApp, email: str) -> None:
    await page.goto(app.url)
    await page.locator(".st-key-log-in button").click()
    await page.get_by_role("button", name=email[:3]).first.click()
    await expect(page.locator(".st-key-account")).to_contain_text(email)


async def test_two_people_sign_in_and_never_meet(
    browser: Browser, app: RunningApp
) -> None:
    hers, his = await visitor(browser), await visitor(browser)
    page, other = await hers.new_page(), await his.new_page()
    try:
        await page.goto(f"{app.url}/history")
        await expect(page.locator(".st-key-log-in-page")).to_be_visible()
        await expect(page.locator(".st-key-pages")).to_have_count(0)

        await log_in(page, app, ADA)
        question = page.locator("textarea").last
        await question.fill(QUESTION)
        await question.press("Enter")
        await expect(page.locator(".answer").last).to_contain_text("zebra")
        await expect(page).to_have_url(re.compile("c="))
        chat = page.url

        await log_in(other, app, BOB)
        for address in (app.url, chat, f"{app.url}/history", f"{app.url}/spend"):
            await other.goto(address)
            await expect(other.locator(".st-key-account")).to_contain_text(BOB)
            await expect(other.get_by_text("zebra")).to_have_count(0)
        await other.goto(f"{app.url}/people")
        await expect(other.locator(".st-key-nothing-yet")).to_be_visible()

        await page.goto(f"{app.url}/people")
        block = page.locator("[class*='st-key-block-'] button")
        await block.click()  # the only one: ada cannot block herself
        await expect(block).to_contain_text("Unblock")
        await other.reload()
        await expect(other.locator(".st-key-blocked-page")).to_be_visible()

        tab = await hers.new_page()
        await tab.goto(app.url)
        await page.locator(".st-key-account button").click()
        await page.wait_for_url(lambda url: not url.startswith(app.url))
        await tab.reload()
        await expect(tab.locator(".st-key-log-in-page")).to_be_visible()
    finally:
        await hers.close()
        await his.close()
