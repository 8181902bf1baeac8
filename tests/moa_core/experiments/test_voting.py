from collections import Counter

from moa_core.experiments import AnswerKey, Progress, SettledAnswer, next_pair
from tests.moa_core.experiments.desk import protocol, questions

ITEMS = questions(400)
ANSWER = SettledAnswer(characters=1, cost_usd=None, seconds=1.0)


def answered(*items, arms=("A", "B")):
    keys = (AnswerKey(item.id, arm) for item in items for arm in arms)
    return Progress(answers=dict.fromkeys(keys, ANSWER))


def offered(settings, progress):
    """All pairs, one after the other, each decided once it is offered."""
    pairs, decided = [], set()
    while pair := next_pair(settings, ITEMS, progress, decided):
        decided.add((pair.item.id, pair.pair))
        pairs.append(pair)
    return pairs


def test_pairs_are_offered_in_the_order_once_they_are_answered():
    settings = protocol(400, arms=("A", "B", "D"))
    progress = answered(*ITEMS[5:3:-1], ITEMS[1])
    progress.answers[AnswerKey(ITEMS[0].id, "B")] = ANSWER
    pairs = offered(settings, progress)
    assert [each.item for each in pairs] == [ITEMS[1], ITEMS[4], ITEMS[5]]
    assert [(each.place, each.of) for each in pairs] == [(1, 3), (2, 3), (3, 3)]
    assert {each.pair for each in pairs} == {"BA"}


def test_which_answer_is_first_is_a_coin_that_falls_the_same_way_again():
    settings = protocol(400, arms=("A", "B"))
    pairs = offered(settings, answered(*ITEMS))
    assert pairs == offered(settings, answered(*ITEMS))
    first = Counter(each.arms for each in pairs)
    assert set(first) == {("A", "B"), ("B", "A")}
    assert 160 < first["A", "B"] < 240
    others = offered(protocol(400, arms=("A", "B"), seed=8), answered(*ITEMS))
    assert [each.ours_first for each in others] != [each.ours_first for each in pairs]
