"""Separates the answer from the reasoning that some models write into it.

Reasoning stands between tags at the beginning of a text, or before a closing tag whose
opening one was part of the prompt; a model that thinks in tags may do so again later. A
text about such tags keeps them.
"""

import re
from typing import Literal, TypeAlias

from moa_core.providers.answers.channels import FINAL_CHANNEL, ChannelSplitter
from moa_core.providers.answers.prose import Markers, Prose
from moa_core.run import Delta, Reclassify

Item: TypeAlias = Delta | Reclassify

_TAGS = """think thinking thought thoughts reasoning reason reflection scratchpad
    inner_thoughts thought_process thinking_process seed:think antml:thinking"""
_PAIRS = {
    **{f"<{name}>": f"</{name}>" for name in _TAGS.split()},
    "<|think|>": "<|/think|>",
    "<|thinking|>": "<|/thinking|>",
    "[think]": "[/think]",
    "◁think▷": "◁/think▷",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "<|start_thinking|>": "<|end_thinking|>",
    "<|channel>thought": "<channel|>",  # Gemma's
    "analysis": "assistantfinal",  # gpt-oss' channels, their tokens left out
}
"""What opens reasoning, in lower case, and what closes it."""

_NAMES = r"(?:[a-z]\w*[_:-])?(?:think(?:ing)?|thoughts?|reasoning)(?:[_:-]\w+)?"
_OTHER_OPENER = re.compile(
    rf"<({_NAMES})(?:\s[^<>]{{0,120}})?>|<(details)\s[^<>]{{0,120}}\breasoning\b[^<>]*>",
    re.IGNORECASE,
)
_OTHER_BEGUN = re.compile(
    rf"<(?:[a-z][\w:-]{{0,31}}|(?:{_NAMES}|details)\s[^<>]{{0,200}})?", re.IGNORECASE
)
"""Opening tags of any model that calls its reasoning so, and what may become one."""

_CHANNELS = ("<|channel|>", "<|start|>", "analysis<|message|>", "final<|message|>")
_OPENERS = (*_PAIRS, *_CHANNELS)
_LATER_OPENERS = tuple(opener for opener in _PAIRS if not opener.isalpha())
_CLOSERS = tuple(_PAIRS[opener] for opener in _LATER_OPENERS)
_LATER = Markers(*_LATER_OPENERS, *_CLOSERS, *FINAL_CHANNEL)
_SIGN = re.compile(r"<(?:\Z|[/|acirst])|\[(?:\Z|[/t])|◁", re.IGNORECASE)
"""What a marker of ``_LATER`` may begin with; most texts have none."""

_BLANK = re.compile(r"[\s\u200b\u2060\ufeff]*")
_MOST_MENTIONS = 200
"""Tags that a text may mention before we stop to look at them."""

_Phase = Literal["opening", "thinking", "answering", "plain"]


class ThinkingSplitter:
    """Turns the reasoning in a text into reasoning deltas, as it arrives.

    Tags may be cut anywhere.

    Attributes:
        thinks: Whether the model has reasoned, here or elsewhere: then it may open a
            block in the middle of its answer, and a closing tag alone closes nothing.
        channels: Reads the rest, once it has turned out to be gpt-oss' channels.
    """

    def __init__(self) -> None:
        self.thinks = False
        self.channels: ChannelSplitter | None = None
        self._phase: _Phase = "opening"
        self._held = ""
        self._closer = _LATER  # the one of the block that is open
        self._gap = ""  # between one block of reasoning and the next
        self._prose = Prose()
        self._said = False  # whether anything of the answer was
        self._mentions = 0
        self._had_block = False  # whether reasoning has ended in the text before

    def split(self, text: str) -> list[Item]:
        """What ``text``, the next piece of the answer, brings."""
        if not self._held and text:  # most pieces have nothing to look at
            if self._phase == "answering" and not _SIGN.search(text):
                self._prose.add(text)
                self._said = True
                return [Delta(text)]
            if self._phase == "thinking" and not self._closer.concern(text):
                gap, self._gap = self._gap, ""
                return [Delta(gap + text, "reasoning")]
        return self._items(text, last=False)

    def end(self) -> list[Item]:
        """What was held back because it might have become a tag."""
        return self._items("", last=True)

    def _items(self, text: str, *, last: bool) -> list[Item]:
        items: list[Item] = []
        self._held += text
        undecided = None
        while not self.channels and self._held and undecided != self._held:
            undecided, phase = self._held, self._phase
            match phase:
                case "opening":
                    self._open(last=last)
                case "thinking":
                    items += self._think(last=last)
                case "answering":
                    items += self._answer(last=last)
                case "plain":
                    items += self._say(len(self._held))
            if phase != self._phase:
                undecided = None
        if self.channels:
            held, self._held = self._held, ""
            items += self.channels.split(held)
            items += self.channels.end() if last else []
        return items

    def _take(self, count: int) -> str:
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def _say(self, count: int) -> list[Item]:
        """The next ``count`` characters, as a part of the answer."""
        text = self._take(count)
        self._prose.add(text)
        self._said = self._said or bool(text)
        return [Delta(text)] if text else []

    def _open(self, *, last: bool) -> None:
        """Decide whether a text, or what follows reasoning, begins with a tag."""
        blank = _BLANK.match(self._held)
        start = self._held[blank.end() :] if blank else self._held
        for opener in _OPENERS:
            rest = start[len(opener) :]
            if start[: len(opener)].lower() != opener:
                continue
            if opener in _CHANNELS:
                self.channels, self._held = ChannelSplitter(), start
                return
            if not opener.isalpha() or (
                start.startswith(opener) and rest[:1].isupper()
            ):
                self._think_until(_PAIRS[opener], rest)
                return
        if found := _OTHER_OPENER.match(start):
            closer = f"</{(found[1] or found[2]).lower()}>"
            self._think_until(closer, start[found.end() :])
            return
        if not last and (
            _OTHER_BEGUN.fullmatch(start)
            or any(each.startswith(start.lower()) for each in (*_OPENERS, *_CLOSERS))
        ):
            return
        if self.thinks or start.lower().startswith(_CLOSERS):
            self._held = start
        self._phase = "answering"

    def _think_until(self, closer: str, rest: str) -> None:
        self._phase, self._held = "thinking", rest
        self.thinks = self._had_block = True
        self._closer = Markers(closer, f"`{closer}`")

    def _think(self, *, last: bool) -> list[Item]:
        """Reasoning up to its closing tag; one in backticks is only mentioned."""
        gap = self._gap
        kept = 0 if last else self._closer.begun(self._held)
        found = self._closer.find(self._held)
        if not found or kept > len(self._held) - found.start():
            thought = self._take(len(self._held) - kept)
        elif found[0].startswith("`"):
            thought = self._take(found.end())
        else:
            thought = self._take(found.start())
            self._take(len(found[0]))
            self._phase, self._prose, self._gap = "opening", Prose(), "\n\n"
            return [Delta(gap + thought, "reasoning")] if thought else []
        self._gap = "" if thought else gap
        return [Delta(gap + thought, "reasoning")] if thought else []

    def _answer(self, *, last: bool) -> list[Item]:
        """The answer up to the next tag, or that tag."""
        if not (found := _LATER.find(self._held)):
            kept = 0 if last else _LATER.begun(self._held)
            return self._say(len(self._held) - kept)
        if found.start():
            return self._say(found.start())
        marker, after = found[0].lower(), self._held[found.end() :]
        decides = after.strip() if self.thinks else after.strip(" \t")
        if not last and not decides:
            return []  # what follows it decides
        opening, final = marker in _LATER_OPENERS, marker in FINAL_CHANNEL
        is_set = not self._prose.is_code and (
            final or self._prose.sets_tag(after, opening=opening)
        )
        if is_set and (self.thinks if opening else final or not self._mentions):
            return self._leave(marker, after)
        self._mentions += 1
        if self._mentions > _MOST_MENTIONS:
            self._phase = "plain"
        return self._say(found.end())

    def _leave(self, marker: str, after: str) -> list[Item]:
        """Go on behind a tag that ends a part of the answer, or what looked like it."""
        if marker in _LATER_OPENERS:
            self._think_until(_PAIRS[marker], after)
            return []
        # of reasoning that came elsewhere, the end may stand before the answer as well
        elsewhere = self.thinks and not self._had_block and bool(after.strip())
        was_reasoning = self._said and (elsewhere or not self.thinks)
        self.thinks, self._had_block = True, True
        self._held, self._prose = after, Prose()
        self._phase = "opening" if was_reasoning or not self._said else "answering"
        if marker in FINAL_CHANNEL:
            self.channels = ChannelSplitter("answer")
        if was_reasoning:
            self._said = False
            return [Reclassify()]
        return []
