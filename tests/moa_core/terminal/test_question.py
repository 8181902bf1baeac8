import argparse
import io
import os

import pytest

from moa_core.errors import ConfigError
from moa_core.terminal.options import parser
from moa_core.terminal.question import question_asked, unknown_endpoint

QUESTION = "Why is the sky blue?"


def asked(*args, piped=None):
    """The question and the models that a command line asks for."""
    call = parser("moa").parse_args(args)
    question = question_asked(call, piped)
    return question, call.proposer


def pipe(content):
    return io.TextIOWrapper(io.BytesIO(content))


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_question_behind_the_models_is_no_model():
    assert asked("--proposer", "a/b", "c/d", QUESTION) == (QUESTION, ["a/b", "c/d"])


def test_a_question_before_the_models_or_after_two_dashes_is_one():
    assert asked(QUESTION, "--proposer", "a/b")[0] == QUESTION
    assert asked("--proposer", "a/b", "--", "Why?") == ("Why?", ["a/b"])


@pytest.mark.parametrize("last", ["Why?", "gpt-4o", "sky"])
def test_one_word_behind_the_models_is_asked_about(last):
    with pytest.raises(ConfigError) as caught:
        asked("--proposer", "a/b", last)
    assert f"'{last}' is not a model: use endpoint/model" in str(caught.value)
    assert "after --, or on standard input" in str(caught.value)


def test_a_model_with_a_blank_in_its_name_stays_a_model():
    args = ("--proposer", "a/b", "lab/my model")
    assert asked(*args, piped=pipe(b"Why?")) == ("Why?", ["a/b", "lab/my model"])


@pytest.mark.parametrize("dash", [(), ("-",)])
def test_the_question_may_come_from_standard_input(dash):
    content = "\ufeffWarum ist der Himmel blau?\nBitte kurz.".encode()
    question, _ = asked(*dash, "--proposer", "a/b", piped=pipe(content))
    assert question == "Warum ist der Himmel blau?\nBitte kurz."


@pytest.mark.parametrize("stdin", [None, Terminal(), pipe(b"")])
def test_a_question_that_is_missing_is_asked_for(stdin):
    with pytest.raises(ConfigError, match="The question is missing"):
        asked("--proposer", "a/b", piped=stdin)


@pytest.mark.parametrize("question", ["", " \n"])
def test_an_empty_question_is_refused(question):
    with pytest.raises(ConfigError, match="The question is empty"):
        asked(question)


def test_bytes_that_are_no_utf8_are_named():
    latin = os.fsdecode("Warum ist Käse gelb?".encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        asked(latin)
    assert "The question is not UTF-8 text: byte 12 is 0xE4" in str(caught.value)
    with pytest.raises(ConfigError, match="standard input is not UTF-8 text"):
        asked(piped=pipe("Käse?".encode("latin-1")))
    with pytest.raises(ConfigError, match="A model's name is not UTF-8 text"):
        asked(QUESTION, "--proposer", "lab/" + os.fsdecode(b"caf\xe9"))


def test_a_question_on_standard_input_has_a_limit():
    with pytest.raises(ConfigError, match="longer than 4 MB"):
        asked(piped=pipe(b"x" * (4 * 1024 * 1024 + 1)))


@pytest.mark.parametrize(
    ("name", "meant"),
    [("opnai", "openai"), ("OpenAI", "openai"), ("togther", "together"), ("xyz", None)],
)
def test_an_unknown_endpoint_is_told_with_those_that_exist(name, meant):
    said = unknown_endpoint(name, ["openai", "together", "simulated", "openai"])
    assert f"There is no endpoint '{name}'." in said
    assert ("Did you mean" in said) == (meant is not None)
    assert meant is None or f"Did you mean {meant}?" in said
    assert "Known: openai, together, simulated." in said


def test_a_call_without_models_may_have_its_question_piped():
    call = argparse.Namespace(question=None, proposer=None, aggregator=None)
    assert question_asked(call, pipe(b"Why?")) == "Why?"
