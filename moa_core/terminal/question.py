"""Takes the question from the command line or from standard input."""

import argparse
import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TextIO

from moa_core.errors import ConfigError
from moa_core.text import one_line

LONGEST_QUESTION_BYTES = 4 * 1024 * 1024

_REF = re.compile(r"[\w-]+/.+", re.ASCII | re.DOTALL)
_PUT_IT = "Put the question first, after --, or on standard input."
_LONGEST_SHOWN = 60


def question_asked(call: argparse.Namespace, stdin: TextIO | None) -> str:
    """The question: an argument, or what standard input holds.

    ``--proposer a b "question"`` reads as three models; a last one that is a sentence
    is taken as the question, and leaves ``call.proposer``.

    Raises:
        ConfigError: There is none, it is empty, or it is no text.
    """
    named = [*(call.proposer or ()), call.aggregator or ""]
    for each in named:
        utf8(each, "A model's name")
    question: str | None = call.question
    if question is None and call.proposer:
        question = _behind_the_models(call.proposer)
    if question is None or question == "-":
        question = _piped(stdin)
    question = utf8(question, "The question")
    if not question.strip():
        raise ConfigError(f"The question is empty. {_PUT_IT}")
    return question


def utf8(argument: str, what: str) -> str:
    """``argument`` as text; a terminal may have handed over any bytes.

    Raises:
        ConfigError: They are no UTF-8.
    """
    if argument.isascii():
        return argument
    try:
        return os.fsencode(argument).decode()
    except UnicodeEncodeError:
        return argument  # it was no argument of this process
    except UnicodeDecodeError as error:
        raise _no_utf8(error, what) from None


def unknown_endpoint(name: str, names: Iterable[str]) -> str:
    """What to say of an endpoint that is not there, beside ``names`` that are."""
    known = list(dict.fromkeys(names))
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    meant = f" Did you mean {near[0]}?" if near else ""
    return (
        f"There is no endpoint {one_line(name, _LONGEST_SHOWN)!r}.{meant} Known: "
        f"{', '.join(known)}. Add others in POLYPHONY_ENDPOINTS, for example "
        "lab=http://localhost:8000/v1."
    )


def _behind_the_models(proposers: list[str]) -> str | None:
    """The question, when it stands where a model is expected.

    Raises:
        ConfigError: What stands there may be a misspelt model.
    """
    *_, last = proposers
    if re.search(r"\s", last.strip()) and not _REF.fullmatch(last):
        return proposers.pop()
    if strays := [each for each in proposers if not _REF.fullmatch(each)]:
        shown = one_line(strays[0], _LONGEST_SHOWN)
        write = "use endpoint/model, for example openai/gpt-4o-mini"
        raise ConfigError(f"{shown!r} is not a model: {write}. {_PUT_IT}")
    return None


def _piped(stdin: TextIO | None) -> str:
    """What standard input holds, when it is no terminal."""
    missing = ConfigError(f"The question is missing. {_PUT_IT}")
    if stdin is None or stdin.isatty():
        raise missing
    try:
        content = stdin.buffer.read(LONGEST_QUESTION_BYTES + 1)
        if len(content) > LONGEST_QUESTION_BYTES:
            raise ConfigError("The question on standard input is longer than 4 MB.")
        if content:
            return content.decode("utf-8-sig")
        raise missing
    except UnicodeDecodeError as error:
        raise _no_utf8(error, "The question on standard input") from None
    except OSError:
        raise missing from None


def _no_utf8(error: UnicodeDecodeError, what: str) -> ConfigError:
    return ConfigError(
        f"{what} is not UTF-8 text: byte {error.start + 1} is "
        f"0x{error.object[error.start]:02X}. Set your terminal to UTF-8, or convert it "
        "with iconv -t UTF-8."
    )
