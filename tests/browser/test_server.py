"""What the real server answers, and on what terms."""

import http.client
import json
from collections.abc import Mapping

import pytest
from playwright.async_api import expect

from pages.component.bundle import BUNDLE
from pages.server.security import security_headers
from tests.browser.app.crafted import SCRIPT
from tests.browser.app.running_app import RunningApp
from tests.browser.pages.hand import PATIENCE_MS, click

NOTHING_DONE = "Nothing was done."
PAGES_IN_THE_SIDEBAR = 5


def _get(
    app: RunningApp, path: str, headers: Mapping[str, str] | None = None
) -> tuple[int, Mapping[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=10)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def _upgrade(*, host: str, origin: str) -> dict[str, str]:
    return {
        "Host": host,
        "Origin": origin,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }


def _shake_hands(app: RunningApp, path: str, *, host: str, origin: str) -> int:
    return _get(app, path, _upgrade(host=host, origin=origin))[0]


def test_every_response_carries_the_security_headers(lab: RunningApp):
    _, _, index = _get(lab, "/")
    script = index.decode().split('src="./static/js/', 1)[1].split('"', 1)[0]
    paths = {
        "/": 200,
        "/healthz": 200,
        "/page_turn.js": 200,
        f"/static/js/{script}": 200,
        "/static/js/missing.js": 200,  # Streamlit answers with its page
        "/component/missing/x.js": 404,
        "/media/missing.png": 404,
        "/_stcore/health": 200,
        "/..%2f..%2fetc/passwd": 400,
    }
    for path, expected in paths.items():
        status, headers, _ = _get(lab, path)
        assert status == expected, path
        for name, value in security_headers().items():
            assert headers.get(name.lower(), headers.get(name)) == value, (path, name)


@pytest.mark.parametrize("path", ["/_stcore/stream", "/runs/stream"])
def test_a_rebound_host_name_or_a_foreign_page_gets_no_session(lab: RunningApp, path):
    here = f"127.0.0.1:{lab.port}"
    assert _shake_hands(lab, path, host=here, origin=f"http://{here}") == 101
    for name in ("localhost", "[::1]"):
        host = f"{name}:{lab.port}"
        assert _shake_hands(lab, path, host=host, origin=f"http://{host}") == 101
    rebound = f"evil.example:{lab.port}"
    assert _shake_hands(lab, path, host=rebound, origin=f"http://{rebound}") == 403
    assert _shake_hands(lab, path, host=here, origin="http://evil.example") == 403


def test_every_document_links_our_styles_whatever_a_browser_has_kept(lab: RunningApp):
    for path in ("/", "/spend"):
        as_browser = {"Accept": "text/html", "Accept-Encoding": "gzip"}
        status, headers, body = _get(lab, path, as_browser)
        assert (status, int(headers["content-length"])) == (200, len(body))
        assert b'<link rel="stylesheet" href="./corrections.css"></body>' in body
        assert "etag" not in headers, "it names Streamlit's file"
    as_known = {"Accept": "text/html", "If-None-Match": _get(lab, "/")[1]["etag"]}
    assert _get(lab, "/", as_known)[0] == 200
    status, headers, style = _get(lab, "/corrections.css")
    assert headers["content-type"].startswith("text/css")
    assert b"stBottomBlockContainer" in style


def test_below_a_base_path_everything_of_ours_is_there(launch_shared):
    below = {"STREAMLIT_SERVER_BASE_URL_PATH": "tools/poly"}
    app = launch_shared(below)
    [bundle] = [file.name for file in BUNDLE.glob("main-*.js")]
    paths = ("healthz", "page_turn.js", "corrections.css", "_stcore/health")
    for path in (*paths, f"bundle/{bundle}"):
        assert _get(app, f"/tools/poly/{path}")[0] == 200, path
    here = f"127.0.0.1:{app.port}"
    for path in ("/tools/poly/_stcore/stream", "/tools/poly/runs/stream"):
        assert _shake_hands(app, path, host=here, origin=f"http://{here}") == 101


def test_the_server_tells_a_visitor_nothing_of_its_inside(lab: RunningApp):
    _, _, described = _get(lab, "/_stcore/agent/openapi.json")
    assert json.loads(described)["info"]["x-streamlit-agent-api"] == "disabled"


@pytest.fixture(scope="module")
def crafted(launch_shared, tmp_path_factory) -> dict[str, RunningApp]:
    """The crafted app; with policy "off" it is Streamlit without our patches."""
    texts = tmp_path_factory.mktemp("crafted") / "texts.json"
    texts.write_text(json.dumps([NOTHING_DONE]), "utf-8")
    return {
        policy: launch_shared({"TEXTS": str(texts), "POLICY": policy}, script=SCRIPT)
        for policy in ("on", "off")
    }


@pytest.mark.parametrize(
    ("policy", "at_once"),
    [
        ("on", True),
        pytest.param("off", False, id="Streamlit still leaves Nagle's algorithm on"),
    ],
)
def test_no_message_waits_for_the_receipt_of_another(crafted, policy, at_once):
    app = crafted[policy]
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=10)
    handshake = _upgrade(host=f"127.0.0.1:{app.port}", origin=app.url)
    connection.request("GET", "/_stcore/stream", headers=handshake)
    assert connection.getresponse().status == 101
    assert json.loads(_get(app, "/wires")[2])[-1] == at_once
    connection.close()


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [
        ("on", "It was done."),
        pytest.param("off", NOTHING_DONE, id="Streamlit still ends callbacks"),
    ],
)
async def test_what_a_click_asked_for_is_done_though_another_follows(
    crafted, page, policy, outcome
):
    app = crafted[policy]
    patience_ms = PATIENCE_MS if policy == "on" else PATIENCE_MS / 3
    for _ in range(1 if policy == "on" else 3):  # the second click may come too late
        await page.goto(f"{app.url}/?how=clicks")
        await click(page.get_by_role("button", name="Slow"))
        await click(page.get_by_text("Another"))
        await expect(page.get_by_role("checkbox", name="Another")).to_be_checked()
        running = page.locator('[data-test-script-state="running"]')
        await expect(running).to_have_count(0)
        try:
            await expect(page.get_by_text(outcome)).to_be_visible(timeout=patience_ms)
        except AssertionError:
            continue
        return
    pytest.fail(f"the page never said {outcome!r}")


@pytest.mark.slow
async def test_every_page_opens_misses_nothing_and_stays_within_its_own_policy(
    lab: RunningApp, page, problems
):
    await page.goto(lab.url)
    links = page.get_by_test_id("stSidebar").get_by_test_id("stPageLink-NavLink")
    pages = links.and_(page.locator('[href]:not([href*="?"])'))  # others lead to chats
    await expect(pages.nth(PAGES_IN_THE_SIDEBAR - 1)).to_be_visible()
    addresses = await pages.evaluate_all("all => all.map(link => link.href)")
    refused: list[str] = []
    page.on("response", lambda answer: answer.ok or refused.append(answer.url))
    for address in addresses:
        await page.goto(address)
        await expect(
            page.locator('[data-test-script-state="notRunning"]')
        ).to_be_visible()
    # Below the root the front end first looks for its server at the page's address:
    # https://github.com/streamlit/streamlit/issues/7074
    missing = {address.rpartition("/_stcore/")[2] for address in refused}
    assert missing <= {"health", "host-config"}
    assert problems.found == []
