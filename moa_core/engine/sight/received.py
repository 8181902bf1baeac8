"""Says what a model got of the files that it was given."""

from collections.abc import Iterable, Sequence
from typing import Final

from moa_core.messages import DocumentPart, ImagePart, Message
from moa_core.text import one_line

_MOST_NAMED: Final = 2
_NAME_CHARS: Final = 60


def received(
    messages: Sequence[Message],
    sees: bool | None,
    cut_documents: Sequence[str] = (),
    window_tokens: int | None = None,
) -> tuple[str, ...]:
    """What a model got of the files in ``messages``, a sentence each.

    Args:
        messages: The conversation as it was asked.
        sees: Whether the model sees images, as far as anybody knows.
        cut_documents: Names of the documents that were shortened.
        window_tokens: The window that they were shortened to fit.
    """
    parts = [part for message in messages for part in message.parts]
    images = [part.name for part in parts if isinstance(part, ImagePart)]
    documents = [part for part in parts if isinstance(part, DocumentPart)]
    unnamed = sum(message.sent_images for message in messages)
    notes: list[str] = []
    if images or unnamed:
        notes.append(_of_images(images, unnamed, sees))
    if documents:
        notes.append(f"Read the text of {_listed(map(_document, documents))}.")
    if cut_documents:
        verb = "was" if len(cut_documents) == 1 else "were"
        window = f"{window_tokens:,}" if window_tokens else "few"
        notes.append(
            f"{_listed(cut_documents)} {verb} shortened to fit its window of "
            f"{window} tokens."
        )
    return tuple(notes)


def _of_images(names: Sequence[str], unnamed: int, sees: bool | None) -> str:
    count = max(len(names), unnamed)
    which = _listed(names) if names and not unnamed else _counted(count, "image")
    if sees is False:
        return f"Could not see {which}: it takes no images."
    if sees is None:
        return f"Was sent {which}; whether it sees images is not known."
    return f"Sees {which}."


def _document(part: DocumentPart) -> str:
    pages = f" ({_counted(part.pages, 'page')})" if part.pages else ""
    return one_line(part.name, _NAME_CHARS) + pages


def _listed(names: Iterable[str]) -> str:
    """``a.png and b.png``, or how many where they are more than a line should name."""
    each = [one_line(name, _NAME_CHARS + 20) for name in names]
    if len(each) > _MOST_NAMED:
        return f"{len(each)} files"
    return " and ".join(each)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
