"""Keeps the files of the next question while it is written, and shows them.

Streamlit's input forgets its files when a question is sent. What was read of them stays
here until the question is asked, so that nothing is lost when it cannot be.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from moa_core.attachments import check_together, read_attachment
from moa_core.errors import AttachmentError
from moa_core.messages import DocumentPart, FilePart, ImagePart
from moa_core.mixture import MoAConfig
from pages.widgets.formatting import counted, wording
from pages.widgets.layout import icon_only
from pages.widgets.markdown import plain_label

Sees = Callable[[str], bool | None]
"""Whether ``endpoint/model`` sees images; ``None`` while nobody knows."""

_HELD: Final = "files of the next question"
_REFUSED: Final = "files that were refused"
_NAME_CHARS: Final = 32
_WARNED: Final = "files that nobody sees, as was said"
_MOST_NAMED: Final = 3


def held_files() -> tuple[FilePart, ...]:
    """The files that go with the next question."""
    return tuple(st.session_state.get(_HELD, ()))


def hold(files: Iterable[FilePart]) -> None:
    """Let exactly these go with the next question."""
    st.session_state[_HELD] = list(files)


def hold_files(uploads: Sequence[UploadedFile]) -> bool:
    """Read files that were added, and hold what is good of them.

    Returns:
        Whether all are; what is wrong with the others is said when the page is drawn.
    """
    refused: list[AttachmentError] = []
    for upload in uploads:
        try:
            part = read_attachment(upload.name, upload.getvalue())
            check_together([*held_files(), part])
        except AttachmentError as error:
            refused.append(error)
        else:
            hold([*held_files(), part])
    st.session_state[_REFUSED] = refused
    return not refused


def stopped_for_blind(config: MoAConfig, sees: Sees) -> bool:
    """Whether no model sees what is held, which was not said yet: then it is now."""
    images = [part for part in held_files() if isinstance(part, ImagePart)]
    blind = images and all(sees(a.ref) is False for a in config.agents)
    if not blind or st.session_state.get(_WARNED) == images:
        return False
    st.session_state[_WARNED] = images
    return True


def draw_held(config: MoAConfig, sees: Sees) -> None:
    """Draw the files of the next question, what is wrong, and who can take what."""
    place = st.empty()  # so that what follows never changes its place
    refused: list[AttachmentError] = st.session_state.pop(_REFUSED, [])
    held = held_files()
    if not (held or refused):
        return
    with place.container(key="held-files", gap="xsmall"):
        for at, error in enumerate(refused):
            said = f"{error} {error.advice}".strip()
            st.container(key=f"refused-file-{at}").error(plain_label(said, limit=400))
        row = st.container(horizontal=True, gap="small", key="held-row")
        for at, part in enumerate(held):
            _chip(row, at, part)
        if caveat := cannot_see(config, held, sees):
            st.caption(f":orange[{caveat}]")


def _chip(row: DeltaGenerator, at: int, part: FilePart) -> None:
    sign = "image" if isinstance(part, ImagePart) else "description"
    chip = row.container(
        horizontal=True, border=True, width="content", gap="xsmall",
        vertical_alignment="center", key=f"held-{at}",
    )  # fmt: skip
    name = plain_label(part.name, limit=_NAME_CHARS)
    chip.markdown(f":material/{sign}: {name} :gray[{size_of(part)}]", width="content")
    icon_only(chip, f"remove-held-{at}").button(
        f"Remove {name}",
        key=f"remove-held-{at}",
        icon=":material/close:",
        type="tertiary",
        on_click=_remove,
        args=(part,),
    )


def _remove(part: FilePart) -> None:
    held = list(held_files())
    if part in held:
        held.remove(part)
    hold(held)


def size_of(part: FilePart) -> str:
    """``800 × 600 · 120 KB`` of an image; ``12 pages · 3.1 MB`` of a document."""
    size = part.content.size
    said = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} KB"
    match part:
        case ImagePart():
            return f"{part.width} × {part.height} · {said}"
        case DocumentPart(pages=int(pages)):
            return f"{counted(pages, 'page')} · {said}"
        case _:
            return said


def cannot_see(config: MoAConfig, files: Sequence[FilePart], sees: Sees) -> str | None:
    """A sentence on the models of a mixture that cannot take what is attached."""
    if not any(isinstance(part, ImagePart) for part in files):
        return None
    agents = {agent.ref: agent for agent in config.agents}
    blind = [agent for ref, agent in agents.items() if sees(ref) is False]
    if not blind:
        return None
    names = [wording.model_name(agent) for agent in blind[:_MOST_NAMED]]
    more = len(blind) - len(names)
    listed = ", ".join([*names, *([f"{more} more"] if more else [])])
    if len(blind) == len(agents):
        return (
            "None of these models sees images: they would get the file's name alone. "
            "Choose a mixture with one that does, or send it all the same."
        )
    verb = "does" if len(blind) == 1 else "do"
    return (
        f"{listed} {verb} not see images, and will be told so. The others see them. "
        "You can correct this in Settings."
    )
