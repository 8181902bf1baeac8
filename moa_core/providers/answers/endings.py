"""Tells what an answer that has come to its end lacks, in words for users."""

import re
from dataclasses import dataclass

from moa_core.errors import (
    BrokenStreamError,
    ContentFilteredError,
    EmptyAnswerError,
    OnlyReasoningError,
    ProviderError,
    TokensUsedUpError,
    ToolCallError,
    UnknownFinishError,
)
from moa_core.providers.answers.finish_reasons import FinishKind
from moa_core.providers.errors import CallTarget

_LONGEST_QUOTE = 120
_TOOL_CALL = re.compile(
    r"[<\[][|｜]?[\w:｜]{0,16}(tool|function)[ _▁]?(call|code|use)\w*[|｜]?[>\]].*"
    r"|<function=.*|<\|python_tag\|>.*",
    re.DOTALL | re.IGNORECASE,
)
"""A text that is nothing but a call of a tool, as models write it themselves."""

_TOOL_NAME = re.compile(
    r"""name["']?\s*[:=]\s*["']?([\w.-]+)|<function=([\w.-]+)|functions\.([\w-]+)"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a stream ended.

    Attributes:
        kind: Kind of the reason that was given; ``None`` for none.
        reason: That reason, in the server's spelling.
        complete: Whether the server said in another way that this is all.
        text: The answer; ``""`` where nothing of it can be seen.
        reasoned: Whether the model reasoned.
        tool: The tool that it called, ``""`` if that has no name, ``None`` for none.
        tool_is_last: Whether nothing of the answer followed that call.
        tools_offered: Whether it was offered tools.
        calls_tools: Whether it calls some of them in a form that was read.
        stray: A word between the events, which may say what went wrong.
    """

    kind: FinishKind | None
    reason: str
    complete: bool
    text: str
    reasoned: bool
    tool: str | None
    tool_is_last: bool
    tools_offered: bool
    calls_tools: bool
    stray: str

    def error(self, target: CallTarget, max_tokens: int) -> ProviderError | None:
        """What to report the call as; ``None`` for a whole answer, and for a cut one.

        Args:
            target: The call.
            max_tokens: The limit that was set for the answer.
        """
        label, reason = target.label, target.clean(self.reason)
        match self.kind:
            case None if not self.complete:
                why = f": {target.clean(self.stray)}" if self._is_sentence else ""
                sentence = f"{label} broke the answer off before its end{why}."
                return target.error(BrokenStreamError, sentence)
            case "broken":
                sentence = f"{label} broke the answer off before its end ({reason})."
                return target.error(BrokenStreamError, sentence)
            case "withheld":
                sentence = f"{label} withheld the answer by its content rules"
                return target.error(ContentFilteredError, f"{sentence} ({reason}).")
            case "unknown":
                sentence = f"{label} ended the answer for a reason we do not know"
                return target.error(UnknownFinishError, f"{sentence} ({reason}).")
            case _:
                pass
        if self.calls_tools:
            return None
        tool = self._tool_called
        if tool is not None and (
            self.kind == "tool" or self.tool_is_last or not self._answer
        ):
            name = f"the tool {target.clean(tool)}" if tool else "a tool"
            did = "broke its answer off to call" if self._answer else "called"
            why = "though none was offered"
            if self.tools_offered:
                why = "but in a form that its server should have read, and has not"
            sentence = f"{target.model} {did} {name}, {why}."
            return target.error(ToolCallError, sentence)
        return None if self._answer else self._no_answer(target, max_tokens)

    @property
    def _is_sentence(self) -> bool:
        """Whether what came last says something; ``ping`` does not."""
        words = self.stray.split()
        says = len(words) > 2 and len(self.stray) <= _LONGEST_QUOTE
        return says and not self.stray.startswith((":", "<"))

    @property
    def _answer(self) -> bool:
        return bool(self.text) and not _TOOL_CALL.fullmatch(self.text.strip())

    @property
    def _tool_called(self) -> str | None:
        if self.tool is None and (self.kind == "tool" or self.text):
            found = None if self._answer else _TOOL_NAME.search(self.text)
            wrote = self.kind == "tool" or not self._answer
            named = found and next(filter(None, found.groups()))
            return named or ("" if wrote else None)
        return self.tool

    def _no_answer(self, target: CallTarget, max_tokens: int) -> ProviderError:
        model = target.model
        if self.kind == "cut" and re.search("context|window", self.reason, re.I):
            sentence = f"{model} reached the end of its context before an answer."
            error = target.error(TokensUsedUpError, sentence)
            error.advice = "Start a new chat, or choose a model with a larger context."
            return error
        if self.kind == "cut":
            on = "used up its {0} tokens on reasoning"
            did = on if self.reasoned else "reached its limit of {0} tokens"
            sentence = f"{model} {did.format(max_tokens)} before it wrote an answer."
            return target.error(TokensUsedUpError, sentence)
        if self.reasoned:
            sentence = f"{model} wrote only its reasoning, and no answer."
            return target.error(OnlyReasoningError, sentence)
        return target.error(EmptyAnswerError, f"{model} sent an empty answer.")
