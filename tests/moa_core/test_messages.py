from hypothesis import given
from hypothesis import strategies as st

from moa_core.messages import Message, conversation
from tests.moa_core.generated import texts, words

turns = st.lists(st.tuples(texts, st.none() | texts), max_size=6)


def test_a_new_conversation_is_the_question_alone():
    assert conversation([], "Why?") == (Message("user", "Why?"),)


def test_an_answer_without_words_is_still_an_answer():
    told = conversation([("Say nothing.", "")], "Thanks.")
    assert [message.content for message in told] == ["Say nothing.", "", "Thanks."]


@given(turns, words)
def test_turns_without_an_answer_are_left_out_with_their_question(history, question):
    answered = [turn for turn in history if turn[1] is not None]
    told = conversation(history, question)
    assert told[-1] == Message("user", question)
    assert [message.content for message in told[:-1]] == [
        text for turn in answered for text in turn
    ]


@given(turns, words)
def test_user_and_assistant_take_turns(history, question):
    roles = [message.role for message in conversation(history, question)]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
