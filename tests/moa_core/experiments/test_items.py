import pytest

from moa_core.errors import ConfigError
from moa_core.experiments import Item, drawn, shuffled
from moa_core.messages import Message
from tests.moa_core.experiments.desk import questions


def item(name, *texts):
    return Item(id=name, messages=tuple(Message.from_text("user", t) for t in texts))


def test_the_order_depends_on_ids_and_seed_alone():
    items = questions(30)
    order = [each.id for each in drawn(items, None, 3)]
    assert order == [each.id for each in drawn(items[::-1], None, 3)]
    assert order != [each.id for each in drawn(items, None, 4)]
    assert order[:10] == [each.id for each in drawn(items, 10, 3)]
    assert shuffled(["b", "a", "c"], 5) == shuffled(["c", "b", "a"], 5)


def test_of_the_same_words_the_newest_is_drawn():
    items = [item("old", "Why  is it\nBLUE?"), item("new", "why is it blue?")]
    assert [each.id for each in drawn(items, None, 0)] == ["new"]
    after = [item("x", "Tell me.", "Why?"), item("y", "Why?")]
    assert len(drawn(after, None, 0)) == 2


def test_more_than_there_are_cannot_be_drawn():
    with pytest.raises(ConfigError, match="only 3 different questions, not 4"):
        drawn(questions(3), 4, 0)


def test_a_judge_reads_the_conversation_before_a_question():
    said = [
        Message.from_text("user", "Hello"),
        Message.from_text("assistant", "Hi"),
        Message.from_text("user", "And now?"),
    ]
    assert Item(id="q", messages=tuple(said[2:])).asked == "And now?"
    asked = Item(id="q", messages=tuple(said)).asked
    assert asked.index("Hello") < asked.index("Hi") < asked.index("And now?")
