from hypothesis import given
from hypothesis import strategies as st

from moa_core.messages import Message, Question, TextPart, conversation_messages
from tests.moa_core.generated import texts, words

questions = words.map(Question)
turns = st.lists(st.tuples(texts.map(Question), st.none() | texts), max_size=6)


def test_a_new_conversation_is_the_question_alone():
    messages = conversation_messages([], Question("Why?"))
    assert messages == (Message.from_text("user", "Why?"),)


def test_an_answer_without_words_is_still_an_answer():
    messages = conversation_messages(
        [(Question("Say nothing."), "")], Question("Thanks.")
    )
    assert [message.text for message in messages] == ["Say nothing.", "", "Thanks."]


@given(turns, questions)
def test_turns_without_an_answer_are_left_out_with_their_question(history, question):
    *earlier, last = conversation_messages(history, question)
    assert last == question.message
    assert [message.text for message in earlier] == [
        text
        for asked, answer in history
        if answer is not None
        for text in (asked.text, answer)
    ]


@given(turns, questions)
def test_user_and_assistant_take_turns(history, question):
    roles = [message.role for message in conversation_messages(history, question)]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]


def test_what_is_attached_to_a_question_follows_its_text():
    message = Question("Is this right?", (TextPart("2 + 2 = 5"),)).message
    assert message.parts == (TextPart("Is this right?"), TextPart("2 + 2 = 5"))
    assert message.text == "Is this right?\n\n2 + 2 = 5"
