"""The page goes on with a run when its socket breaks, and where none gets through."""

import asyncio
import threading

from playwright.async_api import Page, Request, WebSocketRoute, expect

from moa_core.mixture.config import MoAConfig
from moa_core.mixture.links import encode_mixture
from tests.browser.app.lab import agent
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.chat_page import ChatPage
from tests.model_server import Play

ALONE = encode_mixture(MoAConfig(layers=(), aggregator=agent("solo")))
PIECES = [f"word{number} " for number in range(60)]
SOCKETS = "**/runs/stream"


async def cut_off_once(page: Page, opened_again: threading.Event) -> None:
    """Break the page's first socket at its second message, and note the next one."""
    messages: list[int] = []
    closing: list[asyncio.Future[None]] = []

    async def route(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        number = len(messages)
        messages.append(0)
        if number:
            opened_again.set()

        def pass_on(message: str | bytes) -> None:
            messages[number] += 1
            if number == 0 and messages[0] > 1:
                closing.append(asyncio.ensure_future(socket.close(code=1012)))
            else:
                socket.send(message)

        server.on_message(pass_on)

    await page.route_web_socket(SOCKETS, route)


NO_SOCKET = """
window.WebSocket = class extends WebSocket {
  constructor(url, ...more) {
    super(String(url).replace("/runs/stream", "/nowhere"), ...more);
  }
};
"""
"""As behind a proxy that knows only of Streamlit's socket."""


async def test_a_run_is_drawn_whole_though_its_socket_broke(lab, page, server):
    opened_again = threading.Event()
    server.plays["solo"] = Play(pieces=PIECES, held_until=opened_again)
    await cut_off_once(page, opened_again)
    await ask(page, lab)


async def test_a_run_is_drawn_whole_where_no_socket_gets_through(lab, page, server):
    polled = threading.Event()
    server.plays["solo"] = Play(pieces=PIECES, held_until=polled)

    def note(request: Request) -> None:
        if request.url.endswith("/runs/poll"):
            polled.set()

    page.on("request", note)
    await page.add_init_script(NO_SOCKET)
    await ask(page, lab)


async def ask(page: Page, app: RunningApp) -> None:
    """Ask one model, and wait until its answer is there, letter by letter."""
    chat = ChatPage(page)
    await chat.open(f"{app.url}/?preset={ALONE}")
    await chat.ask("Is anything lost?")
    answer = chat.main.locator(".polyphony .text").last
    await expect(answer).to_have_text("".join(PIECES).strip())
