"""Nobody opens what is another's: each page address, route, command and key.

A person, a stranger, somebody who is blocked and the administrator all try what is
ada's. What storage refuses by itself is tested in tests/storage/people.
"""

import json
from contextlib import suppress

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

import services
from pages.server import run_stream
from pages.server.routes import routes
from pages.tickets import Tickets
from tests.pages.account.installation import (
    ADA,
    BOB,
    EVE,
    ROOT,
    SECRET,
    everything_in,
    person_of,
    ticket_of,
    visit,
)
from tests.pages.app_page import has

PAGES = (
    *("chat.py", "compare.py", "evaluate.py", "history.py", "spend.py"),
    *("presets.py", "settings.py", "people.py"),
)
STREAM = "ws://localhost/runs/stream"


@pytest.fixture(scope="module")
def client(people_here):
    return TestClient(Starlette(routes=list(routes(""))), "http://localhost")


@pytest.mark.parametrize("file", PAGES)
def test_a_stranger_sees_no_page(people_here, file):
    page = visit(None, file, c=people_here[ADA].conversation)
    assert has(page, "nobody-page")
    assert not has(page, "pages")
    assert told_of(people_here, ADA, page) == []


@pytest.mark.parametrize("file", PAGES)
def test_who_is_blocked_sees_no_page(people_here, file):
    page = visit(EVE, file)
    assert has(page, "blocked-page")
    assert not has(page, "pages")


@pytest.mark.parametrize("other", [BOB, ROOT])
@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("chat.py", {"c": "conversation"}),
        ("chat.py", {"c": "conversation", "t": "turn"}),
        ("chat.py", {"c": "conversation", "run": "run"}),
        ("chat.py", {"c": "duel"}),
        ("compare.py", {"c": "conversation", "run": "run"}),
        ("compare.py", {"view": "duel", "d": "duel"}),
        ("compare.py", {"view": "mix", "c": "conversation", "run": "run"}),
        ("evaluate.py", {"e": "conversation"}),
        ("evaluate.py", {"b": "conversation"}),
        ("evaluate.py", {"batch": "run"}),
        ("history.py", {"c": "conversation"}),
        ("spend.py", {"run": "run"}),
        ("presets.py", {"preset": "preset"}),
        ("settings.py", {"c": "conversation"}),
    ],
)
def test_an_address_with_anothers_uid_shows_nothing_of_it(
    people_here, other, file, names
):
    """Not even by a title; what the address itself says is the visitor's own."""
    hers = people_here[ADA]
    asked = {name: getattr(hers, kind, kind) for name, kind in names.items()}
    page = visit(other, file, **asked)
    assert not page.exception
    found = set(told_of(people_here, ADA, page)) - set(asked.values())
    assert found == set()


def told_of(belongings, owner, page):
    told = everything_in(page)
    return [each for each in belongings[owner].tell_tales if each in told]


TICKETS = {
    "none": lambda: None,
    "forged": lambda: Tickets("f" * 32).issue(person_of(ADA).uid),
    "of another process": lambda: Tickets().issue(person_of(ADA).uid),
    "her uid": lambda: person_of(ADA).uid,
    "another's": lambda: ticket_of(BOB),
    "the administrator's": lambda: ticket_of(ROOT),
    "of who is blocked": lambda: ticket_of(EVE),
    "of nobody": lambda: Tickets(SECRET).issue("0" * 32),
    "a number": lambda: 7,
}
COMMANDS = {
    "subscribe": {},
    "stop": {"do": "stop"},
    "stop a seat": {"do": "stop-seat", "place": [0, 0]},
    "ask a seat anew": {"do": "restart-seat", "place": [0, 0]},
    "give time": {"do": "more-time", "place": [0, 0]},
    "end a layer": {"do": "end-layer", "layer": 0},
}


def frame(name, command, ticket):
    what = {"run": name, **command} if command else {"subscribe": name}
    return what | ({} if ticket is None else {"ticket": ticket})


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("ticket", TICKETS)
@pytest.mark.parametrize("name", ["{run}", "side:{duel}:0"])
def test_polling_tells_nobody_of_anothers_runs(
    client, people_here, name, ticket, command
):
    hers = people_here[ADA]
    name = name.format(run=hers.run, duel=hers.duel)
    sent = frame(name, COMMANDS[command], TICKETS[ticket]())
    answer = client.post("/runs/poll", json=sent)
    let_in = ticket in ("another's", "the administrator's")
    end = json.dumps({"run": name, "end": "gone" if let_in else "ticket"})
    told = {json.dumps(json.loads(line)) for line in answer.text.splitlines()}
    commanded = let_in and command != "subscribe" and ":" not in name
    assert told == (set() if commanded else {end})


@pytest.mark.parametrize("ticket", TICKETS)
@pytest.mark.parametrize("name", ["{run}", "replay:{run}", "side:{duel}:0"])
def test_the_socket_tells_nobody_of_anothers_runs(client, people_here, name, ticket):
    """Nor does it take a command for what is not followed."""
    hers = people_here[ADA]
    name = name.format(run=hers.run, duel=hers.duel)
    end = "gone" if ticket in ("another's", "the administrator's") else "ticket"
    with client.websocket_connect(STREAM) as socket:
        socket.send_json(frame(name, {}, TICKETS[ticket]()))
        assert socket.receive_json() == {"run": name, "end": end}
        socket.send_json({"do": "stop", "run": name})
        socket.send_json(frame(name, {}, TICKETS[ticket]()))
        assert socket.receive_json() == {"run": name, "end": end}


def test_her_own_ticket_opens_hers_and_the_socket_closes_when_she_is_blocked(
    client, people_here, monkeypatch
):
    monkeypatch.setattr(run_stream, "LOOKED_AFTER_S", 0.0)
    replay = f"replay:{people_here[BOB].run}"
    asked = frame(people_here[BOB].run, {}, ticket_of(BOB))
    assert "walrus" in client.post("/runs/poll", json=asked).text
    uid = person_of(BOB).uid
    with client.websocket_connect(STREAM) as socket:
        socket.send_json(frame(replay, {}, ticket_of(BOB)))
        assert socket.receive_json()["run"] == replay
        services.administration().block(uid)
        try:
            told = list(until_closed(socket))
        finally:
            services.administration().unblock(uid)
    assert told[-1] == {"run": replay, "end": "ticket"}


def until_closed(socket):
    """What is told before the server closes a socket."""
    with suppress(WebSocketDisconnect):
        while True:
            yield socket.receive_json()


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("owner", [ROOT, ADA, BOB])
def test_a_key_lists_the_presets_of_its_person_alone(client, people_here, owner):
    listed = client.get("/v1/models", headers=bearer(people_here[owner].key)).text
    words = {each.word for each in people_here.values() if each.word in listed}
    assert words == {people_here[owner].word}


@pytest.mark.parametrize("other", [BOB, ROOT])
@pytest.mark.parametrize("model", ["polyphony/preset-zebra", "preset-zebra"])
def test_a_key_asks_no_preset_of_another(client, people_here, other, model):
    body = {"model": model, "messages": [{"role": "user", "content": "?"}]}
    headers = bearer(people_here[other].key)
    asked = client.post("/v1/chat/completions", json=body, headers=headers)
    looked = client.get(f"/v1/models/{model}", headers=headers)
    assert (asked.status_code, looked.status_code) == (404, 404)


@pytest.mark.parametrize("other", [BOB, EVE, ROOT])
def test_a_key_with_anothers_name_in_it_opens_nothing(client, people_here, other):
    """The uid in a key says where to look; the secret is of one database only."""
    secret = people_here[ADA].key.rpartition("-")[2]
    key = f"poly-{person_of(other).uid}-{secret}"
    assert client.get("/v1/models", headers=bearer(key)).status_code == 401
    assert client.get("/v1/models", headers=bearer(f"poly-{secret}")).status_code == 401
