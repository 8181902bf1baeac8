"""What comes in quick succession is taken up together; a beginning and an end are not.

The beats are given by hand here: there are no clocks.
"""

import asyncio
import json
from types import SimpleNamespace

import httpx2
import pytest
from aiohttp import ClientPayloadError, StreamReader

from moa_core.providers.streaming import beats
from moa_core.providers.streaming.beats import AT_ONCE, Beats, ReadInBeats
from moa_core.run import Delta
from tests.model_server import Play

BEGINNING = [b"%d" % number for number in range(AT_ONCE + 1)]


@pytest.fixture
async def content(monkeypatch):
    """The body of a response, to be fed."""
    monkeypatch.setattr(beats, "next_beat_s", lambda _: 3600.0)
    connection = SimpleNamespace(
        connected=True, resume_reading=lambda **_: None, pause_reading=lambda: None
    )
    return StreamReader(connection, 2**16, loop=asyncio.get_running_loop())


async def turns(count=10):
    """Let everybody do what they can do now."""
    for _ in range(count):
        await asyncio.sleep(0)


async def read_all(content, beats_given, pieces):
    body = SimpleNamespace(_aiohttp_response=SimpleNamespace(content=content))
    async for piece in ReadInBeats(body, beats_given):
        pieces.append(piece)


@pytest.fixture
async def reading(content):
    """A response whose beginning was read; ``pieces`` is what has been taken up."""
    given, pieces = Beats(), []
    task = asyncio.create_task(read_all(content, given, pieces))
    for piece in BEGINNING:
        await turns()
        content.feed_data(piece)
    await turns()
    yield SimpleNamespace(task=task, pieces=pieces, beat=given._beat)
    task.cancel()


async def test_a_beginning_is_taken_up_piece_by_piece(reading):
    assert reading.pieces == BEGINNING


async def test_what_comes_within_a_beat_is_one_piece(content, reading):
    for piece in (b"a", b"b", b"c"):
        content.feed_data(piece)
        await turns()
    assert reading.pieces == BEGINNING
    reading.beat()
    await turns()
    assert reading.pieces == [*BEGINNING, b"abc"]


async def test_an_end_is_not_waited_for(content, reading):
    content.feed_data(b"the end")
    content.feed_eof()
    await turns()
    assert reading.pieces == [*BEGINNING, b"the end"]
    assert reading.task.done()


async def test_a_lost_connection_is_told_at_the_next_beat(content, reading):
    content.set_exception(ClientPayloadError("lost"))
    reading.beat()
    with pytest.raises(httpx2.ReadError, match="lost"):
        await reading.task


async def test_what_came_before_a_connection_was_lost_is_kept(content, reading):
    content.feed_data(b"the last words")
    content.set_exception(ClientPayloadError("lost"))
    reading.beat()
    with pytest.raises(httpx2.ReadError, match="lost"):
        await reading.task
    assert reading.pieces == [*BEGINNING, b"the last words"]


@pytest.mark.usefixtures("content")
async def test_all_that_wait_wake_together():
    given = Beats()
    first, second = given.next(), given.next()
    given._beat()
    assert first.done()
    assert second.done()


async def test_texts_that_come_together_are_one_item(client, model_server):
    def event(**delta):
        return f"data: {json.dumps({'choices': [{'index': 0, 'delta': delta}]})}\n\n"

    said = [{"reasoning": "I "}, {"reasoning": "think."}, {"content": "Yes"}]
    written = "".join(event(**each) for each in [*said, {"content": ", I do."}])
    model_server.plays["m"] = Play(wire=[written.encode(), b"data: [DONE]\n\n"])
    await client.ask("m")
    texts = [item for item in client.items if isinstance(item, Delta)]
    assert [(each.text, each.kind) for each in texts] == [
        ("I think.", "reasoning"),
        ("Yes, I do.", "answer"),
    ]
