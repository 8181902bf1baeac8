"""What a search has found: the texts, the words in them, and the way to each turn."""

import re
from collections.abc import Callable, Sequence
from typing import Final, assert_never

import streamlit as st

from moa_core.mixture import own_name
from pages.widgets.formatting import dates
from pages.widgets.layout import conversation_link, cursor, page_buttons, page_container
from pages.widgets.markdown import plain_label
from services import Services
from storage.history import (
    Filters,
    Hit,
    InAnswer,
    InProposal,
    InQuestion,
    InTitle,
    SnippetPiece,
    Where,
)

FOUND = 20

_MARKS: Final = re.compile(r"\*\*|`+|(?:^|(?<=\s))#{1,6}(?=\s)")
"""Markdown that only gets in the way where a text is shown letter by letter."""


def search_results(app: Services, query: str, filters: Filters) -> bool:
    """Draw one page of them.

    Returns:
        Whether there was anything to draw.
    """
    of = (query, filters)
    before = cursor("search", of)
    found = app.search.find(query, filters, FOUND, before)
    with page_container("search", before):
        for hit in found.hits:
            _hit(hit)
        if found.next and not found.hits:
            st.caption(
                "Nothing so far. There is more to look through: go on with Older."
            )
        page_buttons("search", of, found.next)
    return bool(found.hits or found.next or before)


def _hit(hit: Hit) -> None:
    with st.container(border=True, gap="small"):
        archived = "archived · " if hit.archived else ""
        about = f"{archived}{dates.day_and_clock(hit.at)}"
        conversation_link(
            hit.kind, hit.conversation_uid, hit.title, about, turn_uid=hit.turn_uid
        )
        name = _nobody if hit.kind == "duel" else _name
        said = [
            f":gray[{_where(match.where, name)}]  \n{highlighted(match.pieces)}"
            for match in hit.matches
        ]
        if hit.more:
            texts = "text" if hit.more == 1 else "texts"
            said.append(f":gray[and {hit.more} more {texts} of this turn]")
        st.markdown("\n\n".join(said))


def highlighted(pieces: Sequence[SnippetPiece]) -> str:
    """Pieces of a text as Markdown that shows nothing but their letters."""
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: SnippetPiece) -> str:
    text = plain_label(_MARKS.sub("", piece.text), limit=2 * len(piece.text) + 1)
    if not text:
        return " " if piece.text.isspace() else ""
    if piece.hit:
        return f":orange-background[**{text}**]"
    before = " " if piece.text[0].isspace() else ""
    after = " " if piece.text[-1].isspace() else ""
    return f"{before}{text}{after}"


def _where(where: Where, name: Callable[[str], str]) -> str:
    match where:
        case InQuestion():
            return "Question"
        case InTitle():
            return "Title"
        case InAnswer(model, version):
            number = f" v{version}" if version else ", not finished"
            return f"Answer{number}{name(model)}"
        case InProposal(model, layer_index):
            return f"Proposal, layer {layer_index + 1}{name(model)}"
        case _:
            assert_never(where)


def _name(model: str) -> str:
    return f" · {plain_label(own_name(model), limit=48)}"


def _nobody(_model: str) -> str:
    """Of a duel: it may be a blind one."""
    return ""
