"""What a page is told over its socket, by the server's own routes under a base path."""

import json

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from tests.pages.run_feed.browser import Browser

ADA, BEN, CHIEF = range(3)


async def test_two_tabs_follow_one_run_to_its_end(server, ask, models):
    uid = ask()
    tabs = [await server.page() for _ in range(2)]
    runs = [await tab.follow(uid) for tab in tabs]
    for tab, run in zip(tabs, runs, strict=True):
        await tab.until(lambda run=run: run.text(BEN) == "ben ")
        assert run.state["live"]
        assert run.ended is None
    models.released.set()
    for tab, run in zip(tabs, runs, strict=True):
        await tab.until(lambda run=run: run.ended)
        assert run.ended == "done"
        assert [run.text(at) for at in range(3)] == [
            "ada says.", "ben says.", "chief says."
        ]  # fmt: skip
        assert run.state["status"] == "succeeded"
        assert "expected" in run.state["facts"]
        assert "live" not in run.state


async def test_a_page_that_was_cut_off_gets_only_what_it_has_not(server, ask, models):
    uid = ask()
    page = await server.page()
    run = await page.follow(uid)
    await page.until(lambda: run.text(BEN) == "ben ")
    await page.socket.close()
    models.released.set()
    page = await server.page()
    await page.follow(uid, run, of=run.growth, have=run.have())
    await page.until(lambda: run.ended)
    assert run.text(BEN) == "ben says."
    assert run.received.count("ben ") == 1
    assert run.text(CHIEF) == "chief says."


async def test_a_stored_run_is_told_in_one_message_and_then_its_end(
    server, ask, models, app
):
    models.released.set()
    uid = ask()
    page = await server.page()
    await page.until_ended(uid)
    stored = await page.follow(uid)
    await page.until(lambda: stored.ended)
    assert stored.messages == 2
    assert stored.growth == ""
    assert stored.text(CHIEF) == "chief says."
    assert [seat["status"] for seat in stored.seats] == ["succeeded"] * 3
    nobody = await page.follow("no such run")
    await page.until(lambda: nobody.ended)
    assert nobody.ended == "gone"


async def test_commands_reach_the_run(server, ask, models):
    uid = ask()
    page = await server.page()
    run = await page.follow(uid)
    await page.until(lambda: run.text(BEN) == "ben ")
    await page.do(uid, "restart-seat", place=[0, 1])
    await page.until(lambda: run.seats[BEN]["attempt"] == 2)
    await page.until(lambda: run.text(BEN) == "ben ")
    assert run.seats[BEN]["earlier"][0]["text"] == "ben "
    await page.do(uid, "more-time", place=[0, 1])
    await page.until(lambda: "offer" in run.layers[0])
    assert run.layers[0]["offer"] == {
        "says": "1 of 2 answered · ben is still writing",
        "end": "Continue without it",
        "missing": 1,
        "restart": [0, 1],
    }
    await page.do(uid, "end-layer", layer=0)
    await page.until(lambda: run.ended)
    assert run.seats[BEN]["status"] == "stopped"
    assert run.text(CHIEF) == "chief says."
    await page.do(uid, "stop")  # too late: nothing happens
    again = await page.follow(uid)
    await page.until(lambda: again.ended)


@pytest.mark.parametrize("stop", [("stop", {}), ("stop-seat", {"place": [0, 1]})])
async def test_a_run_or_a_seat_is_stopped(server, ask, stop):
    uid = ask()
    page = await server.page()
    run = await page.follow(uid)
    await page.until(lambda: run.text(BEN) == "ben ")
    what, more = stop
    await page.do(uid, what, **more)
    await page.until(lambda: run.ended)
    assert run.seats[BEN]["status"] == "stopped"
    assert run.state["status"] == ("stopped" if what == "stop" else "succeeded")


MEANINGLESS = {
    "{": 1007,
    "[]": 1007,
    "{}": 1007,
    '{"subscribe": 1}': 1007,
    '{"subscribe": "x", "have": [[1, -1, 0]]}': 1007,
    '{"subscribe": "x", "have": 7}': 1007,
    json.dumps({"subscribe": "x" * 200}): 1007,
    "[" * 60_000: 1007,
    "x" * 70_000: 1009,
    b"\x00": 1007,
}


async def test_what_means_nothing_is_answered_by_a_clear_close(server):
    for sent, code in MEANINGLESS.items():
        async with server.open() as socket:
            send = socket.send_bytes if isinstance(sent, bytes) else socket.send_str
            await send(sent)
            closed = await socket.receive(20)
            assert (closed.type, closed.data) == (WSMsgType.CLOSE, code), sent[:60]
            assert closed.extra


async def test_a_command_without_what_it_needs_closes_the_socket(server, ask):
    uid = ask()
    for command in (
        {"do": "explode"},
        {"do": "stop-seat"},
        {"do": "stop-seat", "place": ["a", 1]},
        {"do": "end-layer"},
    ):
        page = await server.page()
        run = await page.follow(uid)
        await page.until(lambda run=run: run.text(BEN) == "ben ")
        await page.socket.send_json(command | {"run": uid})
        while (message := await page.socket.receive(20)).type is WSMsgType.TEXT:
            pass
        assert message.data == 1007


async def test_a_page_of_another_origin_gets_nothing(server):
    for origin in ("http://evil.example", "null"):
        with pytest.raises(WSServerHandshakeError) as refused:
            await server.open(origin=origin)
        assert refused.value.status == 403
        status, _ = await server.poll({"subscribe": "x"}, headers={"Origin": origin})
        assert status == 403
    async with server.open(origin=f"http://127.0.0.1:{server.port}") as socket:
        await socket.send_json({"subscribe": "x"})
        assert json.loads(await socket.receive_str()) == {"run": "x", "end": "gone"}


async def test_a_page_follows_so_many_runs_and_no_more(server, ask, monkeypatch):
    monkeypatch.setattr("pages.server.run_stream.MOST_RUNS", 1)
    first, second = ask(), ask()
    page = await server.page()
    run = await page.follow(first)
    await page.until(lambda: run.text(BEN) == "ben ")
    refused = await page.follow(second)
    await page.until(lambda: refused.ended)
    assert refused.ended == "refused"
    await page.socket.send_json({"unsubscribe": first})
    other = await page.follow(second)
    await page.until(lambda: other.text(BEN) == "ben ")


async def test_where_no_socket_gets_through_the_page_polls(server, ask, models):
    uid, run = ask(), Browser()

    async def poll():
        have = {"of": run.growth, "have": run.have()} if run.seats else {}
        status, lines = await server.poll({"subscribe": uid, **have})
        assert status == 200
        for line in lines.splitlines():
            run.take(line)

    while run.text(BEN) != "ben ":
        await poll()
    await poll()
    assert run.received.count("ben ") == 1
    assert await server.poll({"do": "end-layer", "run": uid, "layer": 0}) == (200, "")
    while not run.ended:
        await poll()
    assert run.text(CHIEF) == "chief says."
    assert await server.poll({"subscribe": "x"}) == (200, '{"run":"x","end":"gone"}')
    refused = await server.poll({"subscribe": f"replay:{uid}"})
    assert json.loads(refused[1])["end"] == "refused"
    for bad in ({}, {"do": "explode", "run": uid}, []):
        assert (await server.poll(bad))[0] == 400
    assert (await server.poll({"x": "x" * 300_000}))[0] == 413


async def test_a_replay_is_paused_sought_and_played(server, ask, models):
    models.released.set()
    uid = ask()
    page = await server.page()
    await page.until_ended(uid)
    name = f"replay:{uid}"
    run = await page.follow(name)
    await page.do(name, "pause")
    await page.until(lambda: run.state.get("replay", {}).get("paused"))
    await page.do(name, "seek", at_s=1000)
    await page.until(lambda: "live" not in run.state)
    assert run.text(CHIEF) == "chief says."
    assert run.ended is None
    await page.do(name, "seek", at_s=0)
    await page.until(lambda: run.state.get("live"))
    assert run.text(CHIEF) == ""
    await page.do(name, "pace", pace=64)
    await page.until(lambda: run.state["replay"]["pace"] == 64)
    await page.do(name, "play")
    await page.until(lambda: "live" not in run.state)
    told = run.whole
    await page.do(name, "play")  # from the beginning
    await page.until(lambda: run.whole > told)
    for _ in range(3):
        await page.do(name, "skip")
    await page.until(lambda: "live" not in run.state)
    assert run.text(CHIEF) == "chief says."
