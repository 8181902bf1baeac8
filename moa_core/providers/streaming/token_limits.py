"""Finds out from a refusal how many tokens an answer may have.

Numbers count, not words: servers say it in many wordings and languages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from moa_core.providers.errors import Failure

_NUMBER = re.compile(
    r"(?<![\w.,:/-])\d{1,3}(?:[,_ ]\d{3})+(?![\w/-]|[.,:]\d)"
    r"|(?<![\w./-])\d+(?![\w/-]|[.:]\d)"
)
_NOT_TOKENS = re.compile(
    r"(?:line|column|char(?:acter)?|position|offset|index|code|status|error|http|v)"
    r"[\s:#=]*$"
)
_FEWER = re.compile(
    r"(?:(?:less|fewer|smaller|lower) than|below|under|<)(?! or| =|=)[\s'\"`]*$"
)
_EXCLUSIVE = re.compile(r"\[\d+, *\d+\)|\d \(exclusive")
_ABOUT_PROMPT = re.compile(
    r"context|window|prompt|\binputs?\b|messages|n_ctx|max_model_len|输入|上下文"
)
_AT_LEAST = re.compile(r"at least (\d+) (?:input|prompt)")
_SMALLEST = 16
"""A shorter answer is none."""


@dataclass(frozen=True, slots=True)
class TokenLimit:
    """How long an answer may be.

    Attributes:
        tokens: At most.
        lasting: Whether that is so for any prompt.
    """

    tokens: int
    lasting: bool


def token_limit_in(failure: Failure, asked: int, prompt: int) -> TokenLimit | None:
    """The limit that ``failure`` names; ``None`` where it names none.

    Args:
        failure: A refusal.
        asked: How many tokens the answer was allowed to have.
        prompt: How many tokens the prompt has, estimated.
    """
    said = "\n".join(
        line
        for line in failure.body.splitlines()
        if line.partition(":")[0] not in ("code", "status", "type", "error_code")
    )
    numbers = [each for each in _numbers(said) if each != failure.status]
    told = failure.window if asked not in numbers else None
    if told and (told.prompt_tokens or 0) > told.model_tokens:
        return None  # the prompt alone is too long
    if left := _left_beside_at_least(said, numbers, asked, prompt):
        return TokenLimit(left, lasting=False)
    others = numbers.copy() if asked in numbers else []
    if others:
        others.remove(asked)
    left = _left_by_sum(others, asked)
    about_prompt = _ABOUT_PROMPT.search(said)
    if left is None and about_prompt:
        left = _left_beside(others, asked, prompt)
    if left is None:
        left = _left_by_total(numbers, asked, prompt)
    lower = [each for each in numbers if _SMALLEST <= each < asked]
    if left is None and lower and not (about_prompt and failure.refusal == "too long"):
        return TokenLimit(max(lower), lasting=True)
    if left is None and about_prompt:
        left = _left_by_estimate(numbers, asked, prompt)
    return TokenLimit(left, lasting=False) if left and left >= _SMALLEST else None


def _numbers(said: str) -> Iterator[int]:
    """Numbers that may be counts of tokens; where fewer are wanted, one less."""
    for found in _NUMBER.finditer(said):
        before = said[max(0, found.start() - 24) : found.start()]
        if _NOT_TOKENS.search(before):
            continue
        number = int(re.sub("[,_ ]", "", found[0]))
        interval = before + found[0] + said[found.end() : found.end() + 12]
        fewer = _EXCLUSIVE.search(interval) or _FEWER.search(before)
        yield number - 1 if fewer else number


def _left_beside_at_least(
    said: str, numbers: list[int], asked: int, prompt: int
) -> int | None:
    """What a window leaves beside a prompt of which not all was counted.

    vLLM counts no further than to the first token too many, so the figure is no
    measure: each refusal doubles what we leave for it.
    """
    if not (found := _AT_LEAST.search(said)):
        return None
    counted = int(found[1])
    windows = [each for each in numbers if asked <= each < asked + counted]
    left = min(windows, default=0) - max(2 * counted, prompt + prompt // 4 + 64)
    return left if left >= _SMALLEST else None


def _left_by_sum(others: list[int], asked: int) -> int | None:
    """What a window leaves, where it is said that prompt and answer add up to more."""
    for prompt in others:
        if prompt > 0 and prompt + asked in others:
            windows = [each for each in others if prompt < each < prompt + asked]
            if windows:
                return max(windows) - prompt
    return None


def _left_beside(others: list[int], asked: int, prompt: int) -> int | None:
    """What a window leaves beside a prompt that is about as long as we think."""
    pairs = [
        (told, window)
        for told, window in permutations(set(others), 2)
        if told < window < told + asked and prompt / 3 <= told <= 3 * prompt + 100
    ]
    if not pairs:
        return None
    told, window = min(pairs, key=lambda pair: (abs(pair[0] - prompt), -pair[1]))
    return window - told


def _left_by_total(numbers: list[int], asked: int, prompt: int) -> int | None:
    """What a window leaves, where only prompt and answer together are told."""
    for total in numbers:
        told = total - asked
        windows = [each for each in numbers if told < each < total]
        if prompt / 3 <= told <= 3 * prompt + 100 and windows:
            return max(windows) - told
    return None


def _left_by_estimate(numbers: list[int], asked: int, prompt: int) -> int | None:
    """What a window leaves beside a prompt of unknown length, with some room."""
    room = prompt + prompt // 4 + 64
    windows = [each for each in numbers if room < each < prompt + asked]
    return min(windows) - room if windows else None
