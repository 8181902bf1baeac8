"""Over the socket a shared link tells its runs alone, and takes no command."""

import json
import time
from dataclasses import replace

import pytest

from pages.widgets.run_feed import shared_name
from pages.widgets.run_feed.shared_run import NO_ANSWER, NO_SYNTHESIS
from storage.sharing import NewLink
from tests.model_server import Play
from tests.pages.run_feed.conftest import MIXTURE, ask, environment, models, server

__all__ = ["ask", "environment", "models", "server"]

COMMANDS = (
    {"what": "stop"},
    {"what": "stop-seat", "place": [0, 0]},
    {"what": "restart-seat", "place": [0, 0]},
    {"what": "more-time", "place": [0, 0]},
    {"what": "end-layer", "layer": 0},
    {"what": "play"},
    {"what": "pace", "pace": 2},
    {"what": "seek", "at_s": 0},
    {"what": "retry-seat", "place": [0, 0]},
    {"what": "share"},
)
SERVERS_WORDS = "Organisation org-4711 has used up its quota"
PERSONA = "You are the chief of a secret paper."
THOUGHTS = "They told me that I am the chief of a secret paper."
KEYS = {
    "state": {
        "status", "answered", "asked", "answer", "drafts", "took", "decided", "notices",
    },
    "seats": {
        "place", "role", "name", "model", "status", "page", "attempt", "doing", "took",
    },
    "layers": {"asked", "doing", "answered", "of", "started_s", "took"},
}  # fmt: skip
"""All that is told of a run that succeeded."""


@pytest.fixture
def shared(app, ask, models):
    """Asks, and shares the run; gives its uid, the link and the secret."""

    def share(config=MIXTURE, **how):
        models.released.set()
        uid = ask(config)
        while app.live.get(uid):
            time.sleep(0.005)
        values = {"kind": "chat", "title": "Of the sea", "days": 7, **how}
        [listed] = app.history.newest(limit=1)
        new = NewLink(conversation_uid=listed.uid, runs=[uid], **values)
        return uid, *app.shared_links.create(new)

    return share


async def told(server, name):
    """The messages that a page is told about a name, to its end."""
    page = await server.page()
    run = await page.follow(name)
    await page.until(lambda: run.ended)
    await page.socket.close()
    return run


async def test_a_run_is_told_by_its_place_without_costs_and_prompts(
    server, shared, models
):
    models.plays["chief"] = Play(pieces=["chief says."], reasoning=[THOUGHTS])
    config = MIXTURE.with_each_agent(lambda each: replace(each, system_prompt=PERSONA))
    uid, _, secret = shared(config)
    run = await told(server, shared_name(secret, 0))
    assert run.ended == "done"
    assert [run.text(at) for at in range(3)] == [
        "ada says.", "ben says.", "chief says."
    ]  # fmt: skip
    first = json.loads(run.frames[0])
    assert first.keys() == {"v", "run", "now_s", "state", "layers", "seats", "d"}
    assert first["state"].keys() == KEYS["state"]
    for part in ("layers", "seats"):
        for each in first[part]:
            assert each.keys() <= KEYS[part]
    sent = "\n".join(run.frames)
    for secret_word in (uid, "$", "token", "lab", "cost", PERSONA, THOUGHTS):
        assert secret_word not in sent


async def test_costs_are_told_if_they_are_shared(server, shared):
    _, _, secret = shared(shows_costs=True)
    run = await told(server, shared_name(secret, 0))
    assert "tokens" in run.state["facts"]
    assert "$" in run.state["cost"]
    assert "$" in run.seats[0]["doing"]


async def test_what_servers_said_of_a_failure_stays_here(server, shared, models):
    models.plays["ada"] = Play(status=403, body={"error": {"message": SERVERS_WORDS}})
    models.plays["chief"] = Play(status=403, body={"error": {"message": SERVERS_WORDS}})
    _, _, secret = shared()
    run = await told(server, shared_name(secret, 0))
    assert run.seats[0]["error"] == {"text": NO_ANSWER}
    assert run.state["notices"] == [{"kind": "error", "text": NO_SYNTHESIS}]
    assert "org-4711" not in "\n".join(run.frames)


async def test_no_other_run_is_told_by_a_link(server, shared, app):
    uid, link, secret = shared()
    other, other_link, other_secret = shared()
    names = (
        shared_name(secret, 1),
        shared_name(other_secret[:-1], 0),
        shared_name("", 0),
        shared_name(link.uid, 0),
        f"shared:{secret}:{uid}",
        f"shared:{secret}:-1",
        f"shared:{secret}:0:{other}",
        f"shared:{secret}",
        f"replay:{secret}",
        secret,
    )
    page = await server.page()
    for name in names:
        run = await page.follow(name)
        await page.until(lambda run=run: run.ended)
        assert (name, run.ended, run.messages) == (name, "gone", 1)
    assert other_link.runs == (other,)


async def test_every_command_is_refused(server, shared, app):
    uid, _, secret = shared()
    name = shared_name(secret, 0)
    before = app.runs.load(uid)
    for command in COMMANDS:
        page = await server.page()
        await page.do(name, **command)
        status, _ = await server.poll({"do": command["what"], **command, "run": name})
        assert status == 400
        run = await page.follow(name)
        await page.until(lambda run=run: run.ended)
        assert run.ended == "done"
        await page.socket.close()
    assert app.runs.load(uid) == before
    assert not app.live.get(uid)


async def test_nothing_is_told_once_a_link_is_revoked(server, shared, app):
    _, link, secret = shared()
    name = shared_name(secret, 0)
    page = await server.page()
    assert (await told(server, name)).ended == "done"
    app.shared_links.revoke(link.uid)
    run = await page.follow(name)
    await page.until(lambda: run.ended)
    assert (run.ended, run.messages) == ("gone", 1)
    assert await server.poll({"subscribe": name}) == (
        200, f'{{"run":"{name}","end":"gone"}}'
    )  # fmt: skip


async def test_where_no_socket_gets_through_a_shared_run_is_polled(server, shared):
    _, _, secret = shared()
    name = shared_name(secret, 0)
    status, lines = await server.poll({"subscribe": name})
    first, end = map(json.loads, lines.splitlines())
    assert (status, first["state"]["status"]) == (200, "succeeded")
    assert end == {"run": name, "end": "done"}


async def test_search_engines_are_told_to_stay_away(server):
    address = f"http://127.0.0.1:{server.port}/healthz?s=abc"
    async with server.session.get(address) as response:
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Referrer-Policy"] == "no-referrer"
