"""Knows which models see images, and says what each got of the files it was given."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from moa_core.errors import ImagesRefusedError
from moa_core.messages import DocumentPart, ImagePart, Message
from moa_core.mixture import AgentSpec
from moa_core.text import one_line

_MOST_NAMED: Final = 2
_NAME_CHARS: Final = 60


@dataclass(frozen=True, slots=True)
class Sight:
    """Which models see images, as far as anybody has said, for one run.

    Attributes:
        found: Whether ``endpoint/model`` sees images; ``None`` while nobody knows.
        keep: Remembers that ``endpoint/model`` has refused them.
        refused: Models that have refused the images of this run.
    """

    found: Callable[[str], bool | None] = lambda ref: None
    keep: Callable[[str], None] = lambda ref: None
    refused: set[str] = field(default_factory=set)

    def sees(self, agent: AgentSpec) -> bool | None:
        """Whether the agent's model sees them; ``None`` is found out by asking."""
        return False if agent.ref in self.refused else self.found(agent.ref)

    def shown_to(
        self, agent: AgentSpec, messages: Sequence[Message]
    ) -> tuple[Message, ...]:
        """``messages`` as the agent's model can take them."""
        if self.sees(agent) is False:
            return tuple(message.without_images() for message in messages)
        return tuple(messages)

    def learn(self, agent: AgentSpec, error: ImagesRefusedError) -> None:
        """Send it no more images in this run; in no other, where it takes none."""
        self.refused.add(agent.ref)
        if error.lasting:
            self.keep(agent.ref)

    def notes(
        self,
        agent: AgentSpec,
        messages: Sequence[Message],
        cut_documents: Sequence[str] = (),
        window_tokens: int | None = None,
    ) -> tuple[str, ...]:
        """What the agent's model got of the files in ``messages``, a sentence each.

        Args:
            agent: Who got it.
            messages: The conversation as it was asked.
            cut_documents: Names of the documents that were shortened.
            window_tokens: The window that they were shortened to fit.
        """
        parts = [part for message in messages for part in message.parts]
        images = [part.name for part in parts if isinstance(part, ImagePart)]
        documents = [part for part in parts if isinstance(part, DocumentPart)]
        unnamed = sum(message.sent_images for message in messages)
        notes: list[str] = []
        if images or unnamed:
            notes.append(_of_images(images, unnamed, self.sees(agent)))
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
