"""Draws a list of chats in the browser, and tells what is asked of it there."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from streamlit.delta_generator import DeltaGenerator

from pages.component.bundle import Asked, mount

_CHAT_PX: Final = 52.8
_HEADING_PX: Final = 22.4


@dataclass(frozen=True, slots=True)
class ListedChat:
    """A chat as it stands in a list.

    Attributes:
        uid: Names it.
        title: One line, as it is shown.
        called: What its menu is called after: no two in the list alike.
        about: The line below its title.
        running: Whether it is being answered.
    """

    uid: str
    title: str
    called: str
    about: str
    running: bool


@dataclass(frozen=True, slots=True)
class ChatGroup:
    """Chats under one heading.

    Attributes:
        heading: What it says.
        sign: The icon before it; ``""`` for none.
        menu: What can be done with each of its chats.
        chats: In their order.
    """

    heading: str
    sign: str
    menu: Sequence[str]
    chats: Sequence[ListedChat]


def chats_component(
    place: DeltaGenerator,
    groups: Sequence[ChatGroup],
    opened: str | None,
    *,
    key: str,
    on_asked: Callable[[Asked], None],
) -> None:
    """Draw chats that open by a click, each with its menu.

    One message to the browser for all of them, where Streamlit's elements need four for
    each. Its place is as high as the list will be, so that nothing moves when it comes.

    Args:
        place: Where it stands.
        groups: The list; none of them is empty.
        opened: The uid of the chat that is open.
        key: Of the widget.
        on_asked: Does what was clicked, before the script runs: ``{"do": "open",
            "chat": uid}`` or ``{"do": "menu", "chat": uid, "entry": one of menu}``.
    """
    chats = sum(len(group.chats) for group in groups)
    height = round(_HEADING_PX * len(groups) + _CHAT_PX * chats)
    data = {"groups": [asdict(group) for group in groups], "opened": opened}
    mount(place, "chats", key=key, data=data, on_asked=on_asked, height=height)
