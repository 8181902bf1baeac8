"""Builds HTML for drawings: our own tags and figures, and every other word escaped.

Streamlit's Markdown can place nothing, and a picture cannot follow the theme, be read
aloud or searched. Names of models are the only words of others that stand in drawings;
they go through ``model_html``, which leaves one line without any markup, and Streamlit
takes out whatever could run or load before a browser shows it.
"""

from html import escape
from typing import Final

from moa_core.mixture import AgentSpec, own_name
from moa_core.review import LayerTime
from moa_core.text import one_line
from moa_core.usage import Cost
from pages.widgets.formatting import figures

WRITING: Final = "#7c78f2"
FAILED: Final = "#e5484d"
STOPPED: Final = "#d68a1a"
GREY: Final = "rgba(128,128,128,.5)"
FAINT: Final = "rgba(128,128,128,.14)"
"""Colours that can be told from both a white and a black page."""

SMALL: Final = "font-size:.8rem;opacity:.75;font-variant-numeric:tabular-nums"


def model_html(agent: AgentSpec) -> str:
    """The model's own name, without its maker, in one line of escaped text."""
    return escape(one_line(own_name(agent.model), 48), quote=True)


def money_html(cost: Cost) -> str:
    """``$0.0031``, ``cost unknown``."""
    amount = str(cost)
    return escape("cost unknown" if amount == "unknown" else amount)


def layer_title_html(layer: LayerTime) -> str:
    """What a layer is called and what it took."""
    proposers = layer.role == "proposer"
    index = layer.seats[0].seat.layer_index
    title = f"Layer {index + 1}" if proposers else "Answer"
    if any(seat.bars for seat in layer.seats):
        told = f"{figures.seconds(layer.took_s)} · {money_html(layer.cost)}"
    else:
        told = "kept" if any(seat.reused for seat in layer.seats) else "not asked"
    return f'<b>{title}</b> <span style="{SMALL}">{told}</span>'


def div(style: str, *inside: str, attributes: str = "") -> str:
    """A block; ``inside``, ``style`` (CSS) and ``attributes`` are safe already."""
    return f'<div style="{style}" {attributes}>{"".join(inside)}</div>'
