"""Before the vote a browser cannot learn who stands on which side of a duel."""

import json

import pytest

from moa_core.messages import Question
from moa_core.mixture.config import MoAConfig
from tests.pages.run_feed.conftest import MIXTURE, agent

ALONE = MoAConfig(layers=(), aggregator=agent("ada"))
TELLING = ("ada", "chief", "lab", "cost", "$", "token", "took", "since_s", "layer_")


@pytest.fixture
def duel(app):
    """Begins a duel of a mixture against one of its models; gives the duel's uid."""

    def begun(*, blind=True):
        question = Question("Why is the sea salty?")
        sides = [(MIXTURE, "Three"), (ALONE, None)]
        return app.asking().start_duel(question, sides, blind=blind)

    return begun


async def test_nothing_tells_the_sides_apart_until_all_have_ended(
    server, duel, models, app
):
    uid = duel()
    names = [f"side:{uid}:{place}" for place in range(2)]
    page = await server.page()
    sides = [await page.follow(name) for name in names]
    one_done = "1 of 2 sides are done"
    await page.until(lambda: all(s.state.get("doing") == one_done for s in sides))
    for side in sides:
        assert 0.5 <= side.state["progress"] < 1
        assert side.texts == {}
        told = "".join(side.frames).replace(uid, "")  # digits that may spell a name
        assert not [word for word in TELLING if word in told]
    assert [s.state for s in sides] == [sides[0].state] * 2
    models.released.set()
    await page.until(lambda: all(side.ended for side in sides))
    assert [side.text(0) for side in sides] == ["chief says.", "ada says."]
    told = "".join(json.dumps(side.seats) for side in sides)
    assert not [word for word in TELLING if word in told]
    again = await page.follow(names[0])
    await page.until(lambda: again.ended)
    assert again.text(0) == "chief says."
    assert again.messages == 2
    assert again.seats[0]["name"] == ""


async def test_after_the_vote_all_is_told(server, duel, models, app):
    models.released.set()
    uid = duel()
    page = await server.page()
    await page.until_ended(f"side:{uid}:0")
    stored = app.duels.load(uid)
    app.votes.cast(stored.turn_uid, "duel", stored.answers, "won", 0, blind=True)
    side = await page.follow(f"side:{uid}:0")
    await page.until(lambda: side.ended)
    assert [seat["name"] for seat in side.seats] == ["ada", "ben", "chief"]
    assert "hidden" not in side.state


async def test_a_hidden_duel_can_only_be_stopped(server, duel):
    uid = duel()
    page = await server.page()
    side = await page.follow(f"side:{uid}:0")
    await page.until(lambda: side.state)
    await page.do(f"side:{uid}:0", "stop")
    await page.until(lambda: side.ended)
    assert side.texts == {}
    assert side.state["notices"][0]["kind"] == "info"
    for missing in (f"side:{uid}:7", "side:none:0", f"side:{uid}:x", "a:b:c:d"):
        gone = await page.follow(missing)
        await page.until(lambda gone=gone: gone.ended)
        assert gone.ended == "gone"


async def test_an_open_duel_hides_nothing(server, duel):
    uid = duel(blind=False)
    page = await server.page()
    side = await page.follow(f"side:{uid}:1")
    await page.until(lambda: side.text(0))
    assert side.seats[0]["name"] == "ada"
