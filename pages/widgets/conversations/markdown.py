"""Writes a conversation as a Markdown file in which no text leaves its place.

What models and users wrote stands in block quotes, every line of it behind ``>``. HTML
in it is shown as text, so that it cannot close a fold or load anything; pictures and
link definitions are shown as they were written. Code in fences stays as it is.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from moa_core.messages import Message
from moa_core.run import LayerState, SeatState
from moa_core.text import one_line
from pages.widgets.formatting import figures
from pages.widgets.markdown import lines_in_fences
from storage.conversations import Conversation, Turn
from storage.runs import StoredRun

_LONGEST_NAME = 200
_LINE_BREAK: Final = re.compile(r"\r\n?|\n")
_TAG: Final = re.compile(r"<(?=[A-Za-z/!?])")
_DEFINITION: Final = re.compile(r"\[(?=[^\]]*\]:)")
_MARKUP: Final = re.compile(r"[\\`*_{}\[\]<>#+!|~&$-]")
_PLAIN_LINE: Final = re.compile(r"[\w][^\\`*_{}\[\]<>#!|~&$:@\n\r\t]*")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def conversation_markdown(conversation: Conversation) -> str:
    """The whole path, with every model's name, figures, versions and layers."""
    now = datetime.now(UTC)
    parts = [
        f"# {_inline(conversation.title)}",
        f"Started {_day(conversation.created_at)}, exported from Polyphony "
        f"{_day(now)}.",
    ]
    for number, turn in enumerate(conversation.turns, 1):
        parts += _turn(number, turn)
    return "\n\n".join(parts) + "\n"


def as_zip(conversations: Iterable[Conversation]) -> io.BytesIO:
    """A file for each of them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        for conversation in conversations:
            text = conversation_markdown(conversation)
            files.writestr(f"{file_name(conversation)}.md", text)
    packed.seek(0)
    return packed


def file_name(conversation: Conversation) -> str:
    """A name without anything that a file system could mind; unlike all others."""
    kept = re.sub(r"[^\w]+", "-", conversation.title)[:50].strip("-_")
    day = f"{conversation.created_at:%Y-%m-%d}"
    return "-".join(part for part in (day, kept, conversation.uid[:8]) if part)


def quoted(text: str) -> str:
    """A text from outside as a block quote that it cannot leave."""
    lines = _LINE_BREAK.split(_CONTROL.sub("\ufffd", text.replace("\r\n", "\n")))
    # Read for fences as it will stand: behind ``>`` a tab indents less than alone.
    quote = [f"> {line}".rstrip() for line in lines]
    in_fence = lines_in_fences("\n".join(quote))
    return "\n".join(
        line if number in in_fence else _harmless(line)
        for number, line in enumerate(quote)
    )


def typed(text: str) -> str:
    """What a user typed, as a block quote in which every sign of it is shown."""
    text = _CONTROL.sub("\ufffd", _LINE_BREAK.sub("\n", text)).expandtabs(4)
    if _PLAIN_LINE.fullmatch(text) and "  " not in text and "://" not in text:
        return f"> {text}"
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    lines = [f"{ticks}text", *text.split("\n"), ticks]
    return "\n".join(f"> {line}" if line else ">" for line in lines)


def _harmless(line: str) -> str:
    line = _TAG.sub("&lt;", line)
    line = _DEFINITION.sub(r"\\[", line)
    return line.replace("![", "!\\[")


def _turn(number: int, turn: Turn) -> Iterator[str]:
    yield f"## {number}. Question"
    if len(turn.siblings) > 1:
        yield f"One of {len(turn.siblings)} versions of this question."
    if turn.given:
        given = [part for each in turn.given for part in _given(each)]
        yield from _folded("Sent before this question", given)
    yield typed(turn.question.text)
    run = turn.run
    if run is None:
        yield "No answer."
        return
    yield from _answer(turn, run)
    for version in turn.versions:
        if version.run.uid != run.uid:
            name = _summary(f"Version {version.number}", version.run.state.synthesis)
            yield from _folded(name, [quoted(version.text)])
    for layer in run.state.layers:
        yield from _layer(layer, last=len(run.state.layers))


def _given(message: Message) -> tuple[str, str]:
    return f"#### {message.role.capitalize()}", typed(message.text)


def _answer(turn: Turn, run: StoredRun) -> Iterator[str]:
    seat = run.state.synthesis
    versions = [version.number for version in turn.versions if version.run is run]
    named = f", version {versions[0]}" if versions and len(turn.versions) > 1 else ""
    yield f"### Answer{named}: {_inline(seat.agent.model)}"
    yield figures.run_facts(run.state)
    yield from _seat(seat)
    if turn.answer is not None and turn.answer != run.ref(seat.seat):
        chosen = next((r for r in turn.runs if r.uid == turn.answer.run_uid), run)
        used = chosen.state.seat_at(turn.answer.seat)
        name = _inline(used.agent.model)
        yield f"The chat continues from another answer: {name}."


def _layer(layer: LayerState, last: int) -> Iterator[str]:
    inside: list[str] = []
    for seat in layer.seats:
        inside.append(
            f"#### {_inline(seat.agent.model)} ({_inline(seat.agent.endpoint)})"
        )
        if seat.call is not None:
            inside.append(figures.call_line(seat.call))
        inside += _seat(seat)
    of = f" of {last}" if last > 1 else ""
    answered = f"{layer.answered} of {len(layer.seats)} answered"
    yield from _folded(f"Layer {layer.index + 1}{of}: {answered}", inside)


def _seat(seat: SeatState) -> Iterator[str]:
    if seat.late:
        yield "Came too late for the next step."
    elif seat.reused and not seat.included:
        yield "Left out of the next step."
    if seat.reasoning:
        yield from _folded("Reasoning", [quoted(seat.reasoning)])
    if seat.text:
        yield quoted(seat.text)
    if seat.error is not None:
        yield f"Failed: {_inline(str(seat.error))}"
    elif seat.status != "succeeded":
        yield f"Unfinished: {seat.status}."


def _summary(name: str, seat: SeatState) -> str:
    call = f" ({figures.call_line(seat.call)})" if seat.call else ""
    return f"{name}: {seat.agent.model}{call}".replace("\\$", "$")


def _folded(summary: str, inside: list[str]) -> Iterator[str]:
    """Blank lines around: what is inside is Markdown again."""
    line = html.escape(one_line(summary, _LONGEST_NAME))
    yield f"<details>\n<summary>{line}</summary>"
    yield from inside
    yield "</details>"


def _inline(text: str) -> str:
    """A name or a sentence from outside, as one line without any markup."""
    return _MARKUP.sub(r"\\\g<0>", one_line(text, _LONGEST_NAME))


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
