"""Reads from a refusal how many tokens a model holds, and how many it was sent."""

import re
from dataclasses import dataclass

_N = r"(\d[\d,]*\d|\d)"
_SUM = re.compile(rf"{_N} \+ {_N} > {_N}")
_PROMPT = (
    (
        rf"(?<![\w.-]){_N} (?:tokens? )?(?:of |from |in )?(?:the |your |text )*"
        r"`?(?:inputs?|messages|prompt)\b"
    ),
    (
        r"(?:messages|prompt|input|inputs|request|sequence)`?(?: token)?"
        r"(?: count| length)?[\s(]*(?:of|is|has|have|contains?|resulted in|length|:|=)?"
        rf"[\s(]*{_N}(?![\d.])(?! ?(?:tokens? )?(?:maximum|max|limit))"
    ),
    (rf"(?:输入|提示|消息|上下文)[^\d最限]{{0,8}}{_N}"),
    (rf"n_prompt_tokens\D{{1,4}}{_N}"),
    (rf"(?:longer than|too long)\D{{0,20}}{_N} tokens? >"),
    (rf"{_N} tokens? >"),
    (rf"(?:current length is|received|requested tokens \(|first|given:) ?{_N}"),
)
_ANSWER = (
    (
        rf"(?<![\w.-]){_N} (?:tokens? )?(?:of |from |in |for )?(?:the )?"
        r"`?(?:completion|output|max_new_tokens|max_tokens)"
    ),
    (rf"max_(?:completion_|new_)?tokens\D{{0,40}}too large: {_N}"),
)
_WINDOW = (
    (rf"(?:n_ctx|(?:seq|session|model)_len|max_kv_size)\D{{1,4}}{_N}"),
    (rf"should be \[\d+, ?{_N}\]"),
    (
        r"(?:maximum|max|limit|window|context (?:length|size)|allowed|at most|up to"
        r"|only|cannot exceed|less than|<=|>|size)"
        r"(?:[ _](?:context|model|prompt|input|sequence|number|token|tokens|of|length"
        r"|size|window|limit|is|only|be|than|or|equal|to|allowed|exceeds?|exceed|the"
        r"|maximum|this|with|model's|while))*['`\"]?\s*[:=(]?\s*\(?"
        rf"{_N}(?![\d.]\w)"
    ),
    (rf"{_N}[- ](?:tokens? )?(?:maximum|max\b|limit|context|window)"),
    (rf"(?:上限|最大|限制)\D{{0,12}}{_N}"),
)
_SMALLEST = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedWindow:
    """What a server said about lengths, in tokens; ``None`` where it did not.

    Attributes:
        model_tokens: How much the model holds, prompt and answer together.
        prompt_tokens: How long the prompt was.
        answer_tokens: How long the answer was allowed to be.
    """

    model_tokens: int
    prompt_tokens: int | None = None
    answer_tokens: int | None = None

    @property
    def answer_alone_is_too_long(self) -> bool:
        """Whether the prompt would fit, if a shorter answer were asked for."""
        return self.prompt_tokens is not None and (
            self.prompt_tokens < self.model_tokens and self.answer_tokens is not None
        )

    def __str__(self) -> str:
        """A clause about the figures."""
        reads = f"{self.model_tokens:,}"
        if self.prompt_tokens is None:
            return f"the model reads {reads} tokens at most"
        prompt = f"the prompt has {self.prompt_tokens:,} tokens"
        if not self.answer_alone_is_too_long:
            return f"{prompt} and the model reads {reads}"
        answer = f"the answer may have {self.answer_tokens:,}"
        return f"{prompt}, {answer}, and the model holds {reads} in all"


def window_in(words: str) -> StatedWindow | None:
    """The figures of a refusal that is about length; ``None`` where there are none.

    Args:
        words: What the body says, in lower case (``Body.words``).
    """
    if found := _SUM.search(words):
        prompt, answer, model = map(_number, found.groups())
        return StatedWindow(
            model_tokens=model, prompt_tokens=prompt, answer_tokens=answer
        )
    prompts, answers = _all(_PROMPT, words), _all(_ANSWER, words)
    windows = [each for each in _all(_WINDOW, words) if each not in answers]
    told = [each for each in windows if each not in prompts] or windows
    if not told:
        return None
    model = told[0]
    allowed = next((each for each in answers if each != model), None)
    others = [each for each in prompts if each not in (model, allowed)]
    needed = model - (allowed or 0)
    sent = next((each for each in others if each > model), None) or next(
        (each for each in others if allowed and each > needed), None
    )
    return StatedWindow(
        model_tokens=model,
        prompt_tokens=sent,
        answer_tokens=allowed if sent is not None else None,
    )


def _all(patterns: tuple[str, ...], words: str) -> list[int]:
    numbers = [
        _number(found[1])
        for pattern in patterns
        for found in re.finditer(pattern, words)
    ]
    return [each for each in numbers if each >= _SMALLEST]


def _number(text: str) -> int:
    return int(text.replace(",", ""))
