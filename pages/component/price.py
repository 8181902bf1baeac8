"""Lets the range of costs at the composer follow what is typed."""

from collections.abc import Mapping
from typing import Any

from streamlit.delta_generator import DeltaGenerator

from pages.component.bundle import mount


def price_component(
    place: DeltaGenerator, data: Mapping[str, Any], *, key: str
) -> None:
    """Tell the browser what each typed token adds to the range; draws nothing itself.

    Args:
        place: Where it stands, unseen.
        data: ``shown``: the range of an empty question as it stands in the line;
            ``low``, ``high``: its ends, and ``lowPerToken``, ``highPerToken`` what a
            token adds, in US dollars; ``unknown``: whether some cost is; ``costs``:
            patterns of JavaScript, and how many tokens each find of them is.
        key: Of the widget.
    """
    mount(place, "price", key=key, data=data)
