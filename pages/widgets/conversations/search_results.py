"""Shows what a search has found: texts, the words in them, and links to each turn."""

import re
from collections.abc import Sequence
from typing import Final, assert_never

import streamlit as st

from moa_core.mixture import own_name
from pages.widgets.formatting import dates
from pages.widgets.layout import conversation_link, cursor, page_buttons
from pages.widgets.markdown import plain_label, plain_piece
from storage.history import (
    Filters,
    Hit,
    InAnswer,
    InProposal,
    InQuestion,
    InTitle,
    Search,
    SnippetPiece,
    Where,
)

LONGEST_PAGE = 20

_MARKS: Final = re.compile(r"\*\*|`+|(?:^|(?<=\s))#{1,6}(?=\s)")
"""Markdown that only gets in the way where a text is shown letter by letter."""


def search_results(search: Search, query: str, filters: Filters) -> bool:
    """Draw one page of what is found; tell whether there was anything to draw."""
    of = (query, filters)
    before = cursor("search", of)
    results = search.find(query, filters, LONGEST_PAGE, before)
    for number, hit in enumerate(results.hits):
        with st.container(border=True, gap="small", key=f"hit-{number}"):
            _hit(hit)
    if results.next and not results.hits:
        st.caption("No results yet. Choose Older to search further back.")
    page_buttons("search", of, results.next)
    return bool(results.hits or results.next or before)


def _hit(hit: Hit) -> None:
    archived = "archived · " if hit.archived else ""
    about = f"{archived}{dates.day_and_clock(hit.at)}"
    uid, turn_uid = hit.conversation_uid, hit.turn_uid
    conversation_link(hit.kind, uid, hit.title, about, turn_uid=turn_uid)
    named = hit.kind != "duel"  # it may be a blind one
    parts = [
        f":gray[{_where(match.where, named=named)}]  \n{highlighted(match.pieces)}"
        for match in hit.matches
    ]
    if hit.more:
        matches = "match" if hit.more == 1 else "matches"
        parts.append(f":gray[{hit.more} more {matches} in this turn]")
    st.markdown("\n\n".join(parts))


def highlighted(pieces: Sequence[SnippetPiece]) -> str:
    """Pieces of a text as Markdown that shows nothing but their letters."""
    marks = {True: ":orange-background[**{}**]".format, False: "{}".format}
    return "".join(
        plain_piece(_MARKS.sub("", piece.text), marks[piece.hit]) for piece in pieces
    )


def _where(where: Where, *, named: bool) -> str:
    match where:
        case InQuestion():
            return "Question"
        case InTitle():
            return "Title"
        case InAnswer(model, version):
            place = f"Answer v{version}" if version else "Unfinished answer"
        case InProposal(model, layer_index):
            place = f"Proposal, layer {layer_index + 1}"
        case _:
            assert_never(where)
    return f"{place} · {plain_label(own_name(model), limit=48)}" if named else place
