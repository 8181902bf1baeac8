"""Reads how many tokens a call used, wherever a server says so in its events.

A figure that nobody measured stays unknown: zeros beside a text are no measurement.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from moa_core.usage import Usage

_LARGEST = 10**9
"""More tokens than any call has; such a figure is a mistake."""

_INPUT = (
    "prompt_tokens",
    "input_tokens",
    "promptTokens",
    "inputTokens",
    "promptTokenCount",
    "inputTokenCount",
    "prompt_eval_count",
    "tokens_evaluated",
)
_OUTPUT = (
    "completion_tokens",
    "output_tokens",
    "completionTokens",
    "outputTokens",
    "candidatesTokenCount",
    "outputTokenCount",
    "generated_tokens",
    "eval_count",
    "tokens_predicted",
)
_OUTPUT_NAMES = frozenset(_OUTPUT)
_NATIVE = frozenset({"eval_count", "tokens_predicted"})
_DEPTH = 3
_LONGEST_TEXT = 10_000
_TOTAL = ("total_tokens", "totalTokens", "totalTokenCount")
_CACHED = (
    "cached_tokens",
    "prompt_cache_hit_tokens",
    "cache_read_input_tokens",
    "cacheReadInputTokens",
    "cachedContentTokenCount",
    "num_cached_tokens",
)
_WRITTEN = (
    "cache_write_tokens",
    "cache_creation_input_tokens",
    "cache_creation_tokens",
    "cacheWriteInputTokens",
)
_REASONING = ("reasoning_tokens", "thinking_tokens", "thoughtsTokenCount")
_INPUT_DETAILS = (
    "prompt_tokens_details",
    "input_tokens_details",
    "prompt_token_details",
)
_OUTPUT_DETAILS = ("completion_tokens_details", "output_tokens_details")
_BESIDE_INPUT = (
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cacheReadInputTokens",
    "cacheWriteInputTokens",
)
"""Anthropic's own and Bedrock's: what these count is not in ``input_tokens``."""


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """What was reported of a call's tokens; ``None`` is what was not.

    Attributes:
        input_tokens: Prompt tokens, cached ones included.
        output_tokens: Completion tokens, reasoning ones included.
        cached_tokens: Part of ``input_tokens`` read from the provider's cache.
        written_tokens: Part of ``input_tokens`` written to it.
        reasoning_tokens: Part of ``output_tokens``.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    written_tokens: int | None = None
    reasoning_tokens: int | None = None

    @classmethod
    def of_event(cls, event: Mapping[str, Any], depth: int = _DEPTH) -> Self | None:
        """The counts that an event carries, at any of their places.

        Lists are not searched, but one that is the usage itself: what a model wrote,
        or called, reports nothing.
        """
        found = None
        if not _OUTPUT_NAMES.isdisjoint(event) and (
            depth == _DEPTH or not _NATIVE.isdisjoint(event)
        ):
            found = cls._of_figures(event)
        if isinstance(usage := event.get("usage"), list | str):
            event = {**event, "usage": _last_object(usage)}
        if dict not in map(type, event.values()) or not depth:  # as most have none
            return found
        for name, value in event.items():
            if isinstance(value, dict):
                counts = "usage" in name.lower() or name == "billed_units"
                inner = cls._of_figures(value) if counts else None
                found = inner or cls.of_event(value, depth - 1) or found
        other = cls._of_other_names(event)
        if found and other and found.cached_tokens is None:
            return replace(found, cached_tokens=other.cached_tokens)
        return found or other

    @classmethod
    def _of_other_names(cls, event: Mapping[str, Any]) -> Self | None:
        """The counts of Cohere's older API, and of llama.cpp's times."""
        if isinstance(tokens := event.get("tokens"), dict):
            return cls._of_figures(tokens)
        times = event.get("timings")
        if not isinstance(times, dict):
            return None
        names = ("prompt_n", "cache_n", "predicted_n")
        read, cached, wrote = (_count(times.get(name)) for name in names)
        if read is None or cached is None:  # what was cached is not in what was read
            return cls(None, wrote) if wrote else None
        return cls(read + cached or None, wrote, cached)

    @classmethod
    def _of_figures(cls, figures: Mapping[str, Any]) -> Self | None:
        input_tokens = _first(figures, _INPUT)
        output_tokens = _first(figures, _OUTPUT)
        if not input_tokens and not output_tokens:
            return None
        if input_tokens and "prompt_tokens" not in figures:
            input_tokens += sum(_count(figures.get(n)) or 0 for n in _BESIDE_INPUT)
        total_tokens = _first(figures, _TOTAL) or 0
        if input_tokens:  # some leave reasoning out, but count it in the total
            output_tokens = max(output_tokens or 0, total_tokens - input_tokens)
        elif output_tokens:
            input_tokens = max(0, total_tokens - output_tokens)
        return cls(
            input_tokens or None,
            output_tokens or None,
            _detail(figures, _INPUT_DETAILS, _CACHED),
            _detail(figures, _INPUT_DETAILS, _WRITTEN),
            _detail(figures, _OUTPUT_DETAILS, _REASONING),
        )

    def then(self, later: "TokenCounts") -> "TokenCounts":
        """These, with what ``later`` counts says anew; a zero takes nothing back."""
        new = {n: getattr(later, n) or getattr(self, n) for n in self.__slots__}
        if self.cached_tokens is None:
            new["cached_tokens"] = later.cached_tokens
        return replace(self, **new)

    def usage(self, *, wrote: bool) -> Usage | None:
        """The usage of the call, if that is known as a whole.

        Args:
            wrote: Whether the model wrote anything; then it used output tokens.
        """
        if not self.input_tokens or (wrote and not self.output_tokens):
            return None
        return self.completed_by(Usage(source="reported"))

    def completed_by(self, other: Usage) -> Usage:
        """These counts, and those of ``other`` for what is not known."""
        input_tokens = self.input_tokens or other.input_tokens
        output_tokens = self.output_tokens or other.output_tokens
        reasoning_tokens = self.reasoning_tokens or other.reasoning_tokens
        cached_tokens = min(self.cached_tokens or 0, input_tokens)
        return Usage(
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cached_input_tokens=cached_tokens,
            cache_write_tokens=min(
                self.written_tokens or 0, input_tokens - cached_tokens
            ),
            cache_known_tokens=0 if self.cached_tokens is None else input_tokens,
            reasoning_tokens=min(reasoning_tokens, output_tokens),
            source=other.source,
        )


def _last_object(value: object) -> object:
    """The last object of a list, or the one that a text is as JSON: a few report so."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if len(value) <= _LONGEST_TEXT else None
        except (ValueError, RecursionError):
            return None
    listed = value if isinstance(value, list) else [value]
    return next((each for each in reversed(listed) if isinstance(each, dict)), None)


def _first(figures: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    """The first count among ``names`` that is not zero."""
    return next((count for n in names if (count := _count(figures.get(n)))), None)


def _detail(
    figures: Mapping[str, Any], places: tuple[str, ...], names: tuple[str, ...]
) -> int | None:
    """The largest count at any of the places; ``None`` where none of them has one.

    A zero is a count: the provider says that nothing was.
    """
    details = [figures, *(figures.get(place) for place in places)]
    found = (
        _count(each.get(name))
        for each in details
        if isinstance(each, dict)
        for name in names
    )
    return max((count for count in found if count is not None), default=None)


def _count(value: object) -> int | None:
    """A whole number of tokens, also as ``777.0`` or ``"777"``; ``None`` if none."""
    if isinstance(value, str) and value.isdecimal() and len(value) < len(str(_LARGEST)):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _LARGEST else None
