from decimal import Decimal

import pytest

from moa_core.errors import ServerFailedError
from moa_core.experiments import AnswerKey, JudgementKey, result_of
from moa_core.experiments.findings.sentences import verdict_sentence
from moa_core.review import matches_prompt_hash, sent_to
from tests.moa_core.experiments.desk import (
    ALL_ARMS,
    Desk,
    World,
    answers_in,
    hashed,
    reply,
)
from tests.moa_core.scripted import mixture


@pytest.fixture
def world():
    return World()


async def test_every_arm_and_judgement_is_asked_for_once(tmp_path, world):
    desk = Desk(tmp_path, world, count=3, arms=ALL_ARMS)
    ended = await desk.run()
    assert ended.reason == "done"
    assert not ended.failed
    assert len(desk.progress.answers) == 15
    assert len(desk.progress.judgements) == 3 * 4 * 2
    # per question: A 1, B 1, C 1, D 1, E1 1 of the aggregator; B 3 and C 3 proposals
    assert world.count("chief") == 15
    assert [world.count(name) for name in "abc"] == [3 + 9, 3, 3]
    assert world.count("judge") == 24
    asked = len(world.asked)
    again = await desk.run()
    assert again.reason == "done"
    assert len(world.asked) == asked


async def test_all_arms_of_a_question_read_one_panel(tmp_path, world):
    """B and E read the drafts that were stored, and prompts prove it."""
    desk = Desk(tmp_path, world, count=3, arms=ALL_ARMS)
    await desk.run()
    for index, item in enumerate(desk.items):
        runs = await desk.folder.runs_of(item)
        panel = runs[AnswerKey(item.id, "B")].state
        after = desk.items[(index + 1) % 3]
        others = (await desk.folder.runs_of(after))[AnswerKey(after.id, "B")].state
        drafts = [seat.call for seat in panel.layers[0].seats]
        for arm, read in (("B", drafts), ("D", calls(others)), ("E1", drafts[1:])):
            state = runs[AnswerKey(item.id, arm)].state
            assert [seat.call for seat in state.read_by(1)] == read
            seat = state.synthesis
            sent = sent_to(state, seat.seat, item.messages)
            assert matches_prompt_hash(seat.call, sent)
        assert not set(map(id, drafts)) & set(map(id, calls(others)))


DEEP = mixture(["a", "b"], ["b", "c"])
OF_MODELS = ("B", "E1.2", "M", "P1", "W2")


async def test_models_are_compared_on_the_same_drafts(tmp_path, world):
    """Alone, as aggregator, left out of an earlier layer; and another mixture."""
    desk = Desk(
        tmp_path, world, count=1, mixture=DEEP, arms=OF_MODELS, primary="BP1",
        other=mixture(["d"]),
    )  # fmt: skip
    assert (await desk.run()).reason == "done"
    runs = await desk.folder.runs_of(desk.items[0])
    panel = runs[AnswerKey("q000", "B")].state
    texts = await desk.folder.texts_of(desk.items[0])
    assert texts["P1"] == panel.layers[0].seats[0].text
    assert texts["W2"].startswith("b says")
    assert world.count("a") == 1  # a draft is an answer by itself
    for arm in ("W2", "E1.2"):  # what was sent can be told from what is kept
        seat = runs[AnswerKey("q000", arm)].state.synthesis
        sent = sent_to(
            runs[AnswerKey("q000", arm)].state, seat.seat, desk.items[0].messages
        )
        assert matches_prompt_hash(seat.call, sent)
    writer = runs[AnswerKey("q000", "W2")].state
    assert [seat.call for seat in writer.read_by(2)] == calls(panel, 1)
    without = runs[AnswerKey("q000", "E1.2")].state
    assert [seat.call for seat in without.read_by(1)] == calls(panel)[:1]
    assert calls(without, 1) != calls(panel, 1)
    assert world.count("d") == 1
    told = {
        pair: verdict_sentence(desk.protocol, each)
        for pair, each in result_of(
            desk.protocol, desk.items, desk.progress
        ).pairs.items()
    }
    assert "without b in layer 1" in told["BE1.2"]
    assert "against a alone" in told["BP1"]
    assert "written by b" in told["BW2"]
    assert "other mixture" in told["BM"]


async def test_layers_that_are_asked_again_are_continued(tmp_path, world):
    """What was asked before its aggregator failed is not asked a second time."""
    desk = Desk(
        tmp_path, world, count=1, mixture=DEEP, arms=("B", "E1.2"), primary="BE1.2"
    )

    def fails_after_the_first(request):
        if world.count("chief") > 1:
            raise request.error(ServerFailedError, "down")

    world.before_answer = fails_after_the_first
    assert (await desk.run()).reason == "incomplete"
    world.before_answer = None
    assert (await desk.run()).reason == "done"
    assert [world.count(name) for name in "abc"] == [1, 1 + 1 + 1, 1 + 1]


def calls(state, layer=0):
    return [seat.call for seat in state.layers[layer].seats]


async def test_an_aggregator_in_layer_1_has_answered_alone_already(tmp_path, world):
    desk = Desk(tmp_path, world, count=2, mixture=mixture(["chief", "b"]))
    ended = await desk.run()
    assert ended.reason == "done"
    assert world.count("chief") == 2 * (1 + 1 + 1)  # a proposal, B and D
    alone = desk.progress.answers[AnswerKey("q000", "A")]
    mixed = desk.progress.answers[AnswerKey("q000", "B")]
    assert alone.cost_usd < mixed.cost_usd


async def test_a_proposer_that_fails_costs_its_seat_only(tmp_path, world):
    world.broken["b"] = lambda request: request.error(ServerFailedError, "broken")
    ended = await Desk(tmp_path, world, count=2).run()
    assert ended.reason == "done"


async def test_a_dead_aggregator_ends_it_and_a_resume_goes_on(tmp_path, world):
    desk = Desk(tmp_path, world, count=8)
    world.broken["chief"] = lambda request: request.error(ServerFailedError, "down")
    ended = await desk.run()
    assert ended.reason == "failing"
    assert "down" in str(ended.error)
    assert world.count("chief") == 5
    world.broken.clear()
    ended = await desk.run()
    assert ended.reason == "done"
    assert [world.count(name) for name in "abc"] == [8, 8, 8]  # drafts are kept


async def test_a_reply_that_cannot_be_read_is_asked_for_once_more(tmp_path):
    world = World(lambda _, messages: "hm" if messages == 2 else reply("same"))
    desk = Desk(tmp_path, world, count=2, arms=("A", "B"))
    assert (await desk.run()).reason == "done"
    assert world.count("judge") == 2 * 4
    assert all(each.better == "same" for each in desk.progress.judgements.values())


async def test_a_pair_that_cannot_be_read_is_left_out_and_counted(tmp_path):
    world = World(lambda _, __: "I cannot help with that.")
    desk = Desk(tmp_path, world, count=3, arms=("A", "B"))
    assert (await desk.run()).reason == "done"
    result = result_of(desk.protocol, desk.items, desk.progress).primary
    assert (result.judged.left_out, result.judged.tally.n) == (3, 0)
    assert "unreadable" in result.warnings


async def test_a_judge_that_always_says_1_decides_nothing(tmp_path):
    world = World(lambda _, __: reply("1"))
    desk = Desk(tmp_path, world, count=4, arms=("A", "B"), yardstick="judge alone")
    await desk.run()
    result = result_of(desk.protocol, desk.items, desk.progress).primary
    assert (result.judged.tally.ties, result.judged.steadiness.share) == (4, 0)
    assert result.verdict == "not known"
    assert result.warnings == ("unsteady",)


def longer(prompt, _):
    first, second = map(len, answers_in(prompt))
    return reply("same" if first == second else "1" if first > second else "2")


class OfAllLengths(World):
    """Answers are as long as their hash says."""

    def _text(self, model, messages):
        text = super()._text(model, messages)
        return text if model == "judge" else text + "." * int(hashed(text)[:2], 16)


async def test_a_judge_that_prefers_the_longer_answer_is_seen_through(tmp_path):
    world = OfAllLengths(longer)
    desk = Desk(tmp_path, world, count=40, arms=("A", "B"), yardstick="judge alone")
    await desk.run()
    judged = result_of(desk.protocol, desk.items, desk.progress).primary.judged
    assert len(judged.where_longer) > 5
    assert len(judged.where_shorter) > 5
    assert set(judged.where_longer) == {1.0}
    assert set(judged.where_shorter) == {0.0}
    assert judged.steadiness.share == 1
    assert judged.equal_length.slope < 0


async def test_a_judge_sees_each_pair_in_both_orders(tmp_path, world):
    desk = Desk(tmp_path, world, count=2, arms=("A", "B"))
    await desk.run()
    shown = [
        answers_in(messages[1].text)
        for model, messages in world.asked
        if model == "judge"
    ]
    assert {pair[::-1] for pair in shown} == set(shown)
    first = desk.progress.judgements[JudgementKey("q000", "BA", True)]
    second = desk.progress.judgements[JudgementKey("q000", "BA", False)]
    assert {first.better, second.better} == {"first", "second"}


async def test_it_pauses_between_runs_and_goes_on(tmp_path, world):
    desk = Desk(tmp_path, world, count=4)
    steps = []

    def pause(step):
        steps.append(step)
        if len(steps) == 5:
            desk.runner.pause()

    ended = await desk.run(pause)
    assert ended.reason == "paused"
    assert 5 <= len(steps) < 4 * 5
    assert steps[0].all == 4 * (3 + 4)
    assert steps[-1].done == len(steps)
    await desk.run()
    assert world.count("chief") == 12
    assert world.count("judge") == 16


async def test_a_budget_ends_it_between_calls(tmp_path, world):
    desk = Desk(tmp_path, world, count=6, budget_usd=Decimal("0.02"))
    ended = await desk.run()
    assert ended.reason == "capped"
    assert "budget" in str(ended.error)
    assert 0 < desk.folder.spent.usd <= desk.protocol.budget_usd
    before = len(world.asked)
    assert (await desk.run()).reason == "capped"
    assert len(world.asked) == before
