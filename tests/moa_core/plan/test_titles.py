"""Titles of chats: what a model is asked, and what is taken of its reply."""

import pytest

from moa_core.titles import (
    ANSWER_CHARS,
    LONGEST_TITLE_CHARS,
    QUESTION_CHARS,
    question_to_title,
    title_from,
    title_messages,
)

LONG = "The history of the Hanseatic League and its trade in salt, herring and furs"
ESSAY = (
    "The sky is blue because the air scatters short waves more than long ones, and so "
    "the light that reaches us from all sides is blue."
)


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        ("Why the sky is blue", "Why the sky is blue"),
        ("  Why the sky is blue.\n", "Why the sky is blue"),
        ('"Why the sky is blue"', "Why the sky is blue"),
        ('"Why the sky is blue."', "Why the sky is blue"),
        ("“Why the sky is blue”.", "Why the sky is blue"),
        ("**Why the sky is blue**", "Why the sky is blue"),
        ("Why the **sky** is `blue`", "Why the sky is blue"),
        ("Python's __init__ and **kwargs", "Python's __init__ and **kwargs"),
        ("## Why the sky is blue", "Why the sky is blue"),
        ("- Why the sky is blue", "Why the sky is blue"),
        ("1. Why the sky is blue", "Why the sky is blue"),
        ("Title: Why the sky is blue", "Why the sky is blue"),
        ('**Title:** "Why the sky is blue"', "Why the sky is blue"),
        ("The title is: Why the sky is blue", "Why the sky is blue"),
        ("Chat Title - Why the sky is blue", "Why the sky is blue"),
        ("Here is a title:\n\nWhy the sky is blue", "Why the sky is blue"),
        ("```text\nWhy the sky is blue\n```", "Why the sky is blue"),
        ('{"title": "Why the sky is blue"}', "Why the sky is blue"),
        ('```json\n{"title": "The \\"sky\\""}\n```', 'The "sky'),
        ("Why the sky is blue\n\nIt names the subject.", "Why the sky is blue"),
        ("Titel: Warum der Himmel blau ist", "Warum der Himmel blau ist"),
        ("标题：天空为什么是蓝色的。", "天空为什么是蓝色的"),
        ("「空が青い理由」", "空が青い理由"),
        ("Don't panic", "Don't panic"),
        ("2 + 2", "2 + 2"),
        ("1984 by George Orwell", "1984 by George Orwell"),
        ("Titles in HTML", "Titles in HTML"),
        ("C++ and C#", "C++ and C#"),
        ("And then ...", "And then ..."),
        ("A \x1b[31mred\x1b[0m title\u202e", "A [31mred [0m title"),
        (LONG, "The history of the Hanseatic League and its trade in salt…"),
        ("x" * 100, "x" * (LONGEST_TITLE_CHARS - 1) + "…"),
        ("", None),
        (" \n ", None),
        ("***", None),
        ("...", None),
        ("Title:", None),
        ("Untitled", None),
        ("New chat", None),
        ("I'm sorry, but I can't help with that.", None),
        ("I cannot write a title for this.", None),
        (ESSAY, None),
        ("a" * 130, None),
        ("Write a title for the chat below", None),
        ("2 to 6 words that name its subject", None),
        ("Reply with the title alone, without quotation marks", None),
    ],
)
def test_the_title_in_a_reply(reply, title):
    assert title_from(reply) == title


def test_a_title_that_was_cleaned_stays_as_it_is():
    for reply in ('**Title:** "Why the sky is blue."', LONG, "x" * 100):
        title = title_from(reply)
        assert title
        assert len(title) <= LONGEST_TITLE_CHARS
        assert title_from(title) == title


def test_the_question_is_found_in_what_a_model_is_sent():
    question = "Why?\n\nAnswer:\nnothing\n\nTitle:"
    assert question_to_title(title_messages(question, "Because.")) == question
    assert question_to_title(title_messages("Why?", "")) == "Why?"


def test_other_messages_ask_for_no_title():
    assert question_to_title(()) is None
    (message,) = title_messages("Why?", "Because.")
    assert question_to_title((type(message).from_text("user", "Title:"),)) is None


def test_a_long_chat_is_sent_in_part():
    (message,) = title_messages("q" * 100_000, "a" * 100_000)
    assert len(message.text) < QUESTION_CHARS + ANSWER_CHARS + 400
