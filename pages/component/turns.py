"""Draws turns of a chat in the browser, and tells what is asked of them there."""

from collections.abc import Callable, Sequence
from typing import Any

from streamlit.delta_generator import DeltaGenerator

from pages.component.bundle import Asked, mount


def turns_component(
    place: DeltaGenerator,
    turns: Sequence[dict[str, Any]],
    *,
    busy: bool,
    longest: int,
    key: str,
    on_asked: Callable[[Asked], None],
) -> None:
    """Draw questions, and the turns that rest as their answers.

    One component draws many: each costs a browser as much as a screen of text.

    Args:
        place: Where they stand.
        turns: Of each ``turn``: its uid; ``number`` in the chat; ``question``;
            ``fixed``: whether it cannot be edited;
            ``files``: ``{"name", "about", "sign", "picture"}`` of each, if there are;
            ``versions``: the uids of those in its place, if there are others;
            ``answer``, where it rests: ``{"heading": what screen readers call the
            turn, "by"?, "text"?}``.
        busy: Nothing can be asked now.
        longest: Most characters of a question.
        key: Of the widget; what is drawn and typed stays so as long as this stays.
        on_asked: Does what was clicked, before the script runs.
    """
    data = {"turns": turns, "busy": busy, "longest": longest}
    mount(place, "turns", key=key, data=data, on_asked=on_asked)
