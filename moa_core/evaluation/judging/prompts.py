"""Holds the prompts of judges, and puts questions and answers into them.

What is judged stands between tags with six digits that follow from all of it, so that
no answer can close its own block, and both orders of a pair begin alike (a provider may
cache that). The wording is in text files; a changed one gets the
next number, and the protocol of an experiment names the exact wording by its hash.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal

from moa_core.errors import ConfigError
from moa_core.evaluation.judging.signatures import strip_signature
from moa_core.messages import Message

JudgeTask = Literal["pair", "single", "skills"]
"""Compare two answers, grade one from 1 to 10, or grade its skills from 1 to 5."""

_VERSION: Final = 1
_PLACEHOLDER: Final = re.compile(
    r"\{(question|first|second|answer|reference_block|turns|skills|count|tag)\}"
)
_NEEDED: Final[Mapping[JudgeTask, frozenset[str]]] = {
    "pair": frozenset({"question", "first", "second", "tag"}),
    "single": frozenset({"turns"}),
    "skills": frozenset({"skills", "turns"}),
}
_NEEDED_OF_A_TURN: Final = frozenset({"question", "answer", "reference_block", "tag"})


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgePrompt:
    """What a judge is told; users may edit it.

    Attributes:
        system: Its instructions.
        user: A template. ``{tag}`` is six digits; braces of the form of the
            reply are literal.
        turn: Template of one question with its answer, where ``user`` takes
            ``{turns}``; empty for pairs.
        again: What follows a reply that could not be read.

    Raises:
        ConfigError: A placeholder is missing without which nothing could be judged.
    """

    task: JudgeTask
    system: str
    user: str
    turn: str = ""
    again: str

    def __post_init__(self) -> None:
        _check(self.user, _NEEDED[self.task])
        if self.task != "pair":
            _check(self.turn, _NEEDED_OF_A_TURN)

    @property
    def sha256(self) -> str:
        """64 hexadecimal digits that name this exact wording."""
        parts = [self.task, self.system, self.user, self.turn, self.again]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class GradedTurn:
    """A question, the answer that is graded, and a reference answer, or ``""``."""

    question: str
    answer: str
    reference: str = ""


@cache
def shipped_prompt(task: JudgeTask) -> JudgePrompt:
    """The newest wording that ships."""
    return JudgePrompt(
        task=task,
        system=_text(f"{task}_system_{_VERSION}.txt"),
        user=_text(f"{task}_user_{_VERSION}.txt"),
        turn="" if task == "pair" else _text(f"{task}_turn_{_VERSION}.txt"),
        again=_text(f"again_{_VERSION}.txt"),
    )


@cache
def skill_scales() -> Mapping[str, tuple[str, str]]:
    """By skill of FLASK, in its order: what 1 and what 5 mean."""
    scales = json.loads(_text(f"skills_{_VERSION}.json"))
    return {skill: (worst, best) for skill, (worst, best) in scales.items()}


def _text(name: str) -> str:
    folder = resources.files("moa_core.evaluation.judging") / "prompts"
    return (folder / name).read_text(encoding="utf-8").rstrip("\n")


def pair_messages(
    prompt: JudgePrompt, question: str, first: str, second: str
) -> tuple[Message, ...]:
    """What a judge is sent to compare two answers, in the order they are shown in.

    Args:
        prompt: For pairs.
        question: With the conversation before it, if there is one.
        first: The answer shown first; signatures of simulated models are left out.
        second: The other one.
    """
    first, second = strip_signature(first), strip_signature(second)
    values = {"question": question, "first": first, "second": second}
    values["tag"] = _new_tag(values.values())
    return _messages(prompt.system, _filled(prompt.user, values))


def grading_messages(
    prompt: JudgePrompt, turns: Sequence[GradedTurn], skills: Sequence[str] = ()
) -> tuple[Message, ...]:
    """What a judge is sent to grade the answer of the last of ``turns``.

    Args:
        prompt: For single answers or for skills.
        turns: One, or two where a second question follows.
        skills: Of FLASK, by their short names, if the prompt is for skills.
    """
    texts = [
        text for each in turns for text in (each.question, each.answer, each.reference)
    ]
    tag, scales = _new_tag(texts), skill_scales()
    told = [
        f"- {skill}: 1 means: {scales[skill][0]}. 5 means: {scales[skill][1]}."
        for skill in skills
    ]
    blocks = [_turn(prompt.turn, turn, tag) for turn in turns]
    values = {"turns": "\n\n".join(blocks), "skills": "\n".join(told), "tag": tag}
    system = _filled(prompt.system, {"count": str(len(skills))})
    return _messages(system, _filled(prompt.user, values))


def again_messages(
    prompt: JudgePrompt, sent: Sequence[Message], reply: str
) -> tuple[Message, ...]:
    """What follows a reply that could not be read: the one second try."""
    said = Message.from_text("assistant", reply)
    return (*sent, said, Message.from_text("user", prompt.again))


def _turn(template: str, turn: GradedTurn, tag: str) -> str:
    reference = turn.reference
    block = f"<reference-{tag}>\n{reference}\n</reference-{tag}>\n" if reference else ""
    values = {
        "question": turn.question,
        "answer": strip_signature(turn.answer),
        "reference_block": block,
        "tag": tag,
    }
    return _filled(template, values)


def _messages(system: str, user: str) -> tuple[Message, ...]:
    return Message.from_text("system", system), Message.from_text("user", user)


def _filled(template: str, values: Mapping[str, str]) -> str:
    """Put values in, once: what looks like a placeholder in a value stays a text."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


def _new_tag(texts: Iterable[str]) -> str:
    """Six hexadecimal digits that stand in none of ``texts``, in whatever order.

    They depend on all of them, so that nobody can write them in advance.
    """
    said = "\0".join(sorted(texts))
    digest = said.encode(errors="surrogatepass")
    while True:
        digest = hashlib.sha256(digest).digest()
        if (tag := digest.hex()[:6]) not in said:
            return tag


def _check(template: str, needed: frozenset[str]) -> None:
    missing = needed - set(_PLACEHOLDER.findall(template))
    if missing:
        names = ", ".join(f"{{{name}}}" for name in sorted(missing))
        raise ConfigError(f"The judge's prompt needs {names}.")
