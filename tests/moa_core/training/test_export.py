"""Answers of a batch become examples to train on; a judge says which is better."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from moa_core.batch import BatchFiles, KnownBatch, answers_of
from moa_core.mixture import AgentSpec
from moa_core.training import exported, judgements_beside, judging_rows, read_judgements
from moa_core.training.judging import DraftPair
from tests.moa_core.batch.answered import Attempt, World, questions

JUDGE = AgentSpec.from_ref("lab/judge")


class Judging(World):
    """Prefers what model c says in both orders, and to d's whatever is shown first."""

    async def stream(self, request):
        async for item in super().stream(request):
            text = request.messages[-1].text
            if request.agent.model == "judge" and hasattr(item, "text"):
                first, second = text.index("says"), text.rindex("says")
                shown = [text[at - 6 : at] for at in (first, second)]
                ours_first = "chief" in shown[0]
                against_c = any("c " in each for each in shown if "chief" not in each)
                better = (2 if ours_first else 1) if against_c else 1
                item = replace(item, text=json.dumps({"better": better}))
            yield item


@pytest.fixture
async def answered(tmp_path):
    """Two rows that were answered: the folder and the answers."""
    questions(tmp_path, 2)
    await Attempt(tmp_path, World()).run()
    return tmp_path, read(tmp_path / "answers.jsonl")


def read(path):
    files = BatchFiles.beside(path)
    return list(answers_of(KnownBatch.read(files), [files]))


async def judged(folder, answers, world):
    """Have the judge say what it thinks; the judgements."""
    config, rows = judging_rows(answers, JUDGE)
    attempt = Attempt(folder, world, config)
    attempt.rows = rows
    attempt.files = BatchFiles.beside(judgements_beside(folder / "answers.jsonl"))
    await attempt.run()
    return read_judgements(attempt.files.answers)


def export(answers, form, **more):
    left_out = Counter()
    return list(exported(answers, form, left_out, **more)), left_out


async def test_answers_and_proposals_come_with_where_they_are_from(answered):
    _, answers = answered
    (first, _), left_out = export(answers, "answers")
    assert not left_out
    assert first["messages"] == [{"role": "user", "content": "What is 0?"}]
    assert first["answer"].startswith("chief says")
    about = first["polyphony"]
    assert (about["custom_id"], about["written_by"]) == ("line-1", "lab/chief")
    assert about["fingerprint"] == answers[0].about["fingerprint"]
    proposals, _ = export(answers, "proposals", provenance=False)
    assert [each["model"] for each in proposals[:4]] == [
        "lab/a", "lab/b", "lab/c", "lab/d",
    ]  # fmt: skip
    assert "polyphony" not in proposals[0]


async def test_chats_leave_out_what_nobody_should_learn_from(answered):
    _, (first, second) = answered
    cut = replace(second, finish_reason="length")
    made_up = replace(
        second, about={**second.about, "aggregator": "simulated/synthesist"}
    )
    empty = replace(second, text=" ")
    (example,), left_out = export([first, cut, made_up, empty], "chat")
    assert [each["role"] for each in example["messages"]] == ["user", "assistant"]
    assert left_out == {
        "cut at a limit": 1, "by simulated models": 1, "without a text": 1,
    }  # fmt: skip


async def test_nothing_is_preferred_that_nobody_has_compared(answered):
    _, answers = answered
    pairs, left_out = export(answers, "preferences")
    assert (pairs, left_out) == ([], {"that nobody has compared": 4})
    pairs, _ = export(answers, "preferences", assume_synthesis=True)
    assert len(pairs) == 4  # the last layer's: c and d
    assert {each["polyphony"]["preferred"] for each in pairs} == {"assumed"}
    assert pairs[0]["preferred_output"][0]["content"].startswith("chief")
    assert pairs[0]["non_preferred_output"][0]["content"].startswith("c says")


async def test_a_judge_decides_where_it_says_the_same_in_both_orders(answered):
    folder, answers = answered
    judgements = await judged(folder, answers, Judging())
    scores = {
        (pair.layer, pair.seat): judgement.score
        for pair, judgement in judgements.items()
    }
    assert scores == {(2, 1): 0.0, (2, 2): 0.5}
    pairs, left_out = export(answers, "preferences-trl", judgements=judgements)
    assert len(pairs) == 2
    assert pairs[0]["chosen"][0]["content"].startswith("c says")
    assert pairs[0]["rejected"][0]["content"].startswith("chief says")
    about = pairs[0]["polyphony"]
    assert (about["chosen_by"], about["rejected_by"]) == ("lab/c", "lab/chief")
    assert about["preferred"] == "judged by lab/judge in both orders"
    assert left_out == {"judged alike, or differently in the two orders": 2}


async def test_a_judge_that_was_cut_off_goes_on_and_is_asked_nothing_twice(answered):
    folder, answers = answered
    world = Judging()
    await judged(folder, answers[:1], world)
    await judged(folder, answers, world)
    assert world.asked.count("judge") == 2 * 2 * 2


async def test_replies_that_nobody_can_read_decide_nothing(answered):
    folder, answers = answered
    assert await judged(folder, answers, World()) == {}


async def test_a_draft_that_a_ranker_picked_is_preferred_to_the_others(answered):
    _, (first, _) = answered
    picked = first.about["proposals"][2]
    ranked = replace(
        first, text=picked["text"], about={**first.about, "method": "rank"}
    )
    (pair,), _ = export([ranked], "preferences-trl")
    assert pair["chosen"][0]["content"] == picked["text"]
    about = pair["polyphony"]
    assert (about["chosen_by"], about["rejected_by"]) == ("lab/c", "lab/d")
    assert about["preferred"] == "ranked by lab/chief"


async def test_the_conversation_before_a_question_is_told_to_the_judge(answered):
    _, (first, _) = answered
    messages = (
        {"role": "user", "content": "Name a colour."},
        {"role": "assistant", "content": "Blue."},
        {"role": "user", "content": "And another?"},
    )
    _, rows = judging_rows([replace(first, messages=messages)], JUDGE)
    told = rows[0].messages[-1]["content"]
    assert "user: Name a colour.\n\nassistant: Blue.\n\nuser: And another?" in told
    assert rows[0].metadata["shown_first"] == "answer"
    assert DraftPair(first.about["fingerprint"], 2, 1) == (
        rows[0].metadata["fingerprint"], 2, 1,
    )  # fmt: skip


@pytest.mark.slow
async def test_files_load_in_datasets_and_pass_the_checks_of_trl(answered, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    utils = pytest.importorskip("trl.data_utils", reason="trl is not installed")
    folder, answers = answered
    for form in ("chat", "preferences-trl"):
        lines, _ = export(answers, form, assume_synthesis=True)
        path = folder / f"{form}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        loaded = datasets.load_dataset(
            "json", data_files=str(path), split="train", cache_dir=str(folder / "cache")
        )
        assert len(loaded) == len(lines)
        assert utils.is_conversational(loaded[0])
        assert loaded[0]["polyphony"]["mixture"] == answers[0].about["mixture"]
