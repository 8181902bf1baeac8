"""Lists one's shared links: what they show, until when, and how often they opened."""

from functools import partial
from typing import Final

import streamlit as st

from pages.widgets.formatting import SEPARATOR, attempt_at, counted, dates, problem_at
from pages.widgets.layout import CONVERSATION, go_to_page, offer_last_undo
from pages.widgets.markdown import plain_label, read_aloud
from storage.sharing import SharedLink, SharedLinks

_HERE: Final = "shared-links"
_REVOKED: Final = "shared link that was revoked"
_TITLE_CHARS: Final = 80


def shared_links(links: SharedLinks) -> None:
    """Draw all links that open now."""
    st.subheader("Shared links", anchor=False)
    _offer_undo(links)
    problem_at(_HERE)
    listed = links.all()
    if not listed:
        st.container(key="no-shared-links").info(
            "Nothing is shared. “Share”, in the menu of a chat or an answer, makes a "
            "link."
        )
        return
    st.container(key="shared-links-about").caption(
        "A link can't be copied again: only a fingerprint of it is stored. Links go "
        "with their chat."
    )
    for link in listed:
        with st.container(border=True, gap="xsmall", key=f"shared-link-{link.uid}"):
            _card(links, link)


def _card(links: SharedLinks, link: SharedLink) -> None:
    title = plain_label(link.title, limit=_TITLE_CHARS)
    row = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    row.markdown(f"**{title}**")
    with row.container(horizontal=True, width="content", gap="small"):
        st.button(
            read_aloud("Open chat", title),
            key=f"open-shared-{link.uid}",
            type="tertiary",
            on_click=go_to_page,
            args=("chat.py", {CONVERSATION: link.conversation_uid}),
        )
        st.button(
            read_aloud("Revoke", title),
            key=f"revoke-shared-{link.uid}",
            type="tertiary",
            on_click=attempt_at,
            args=(_HERE, partial(_revoke, links, link)),
        )
    st.caption(SEPARATOR.join(_facts(link)))


def _facts(link: SharedLink) -> list[str]:
    """What it shows, since when, until when, and how often it was opened."""
    what = "Answer"
    if link.kind == "chat":
        what = f"Chat, {counted(len(link.runs), 'question')}"
    ends = "never ends"
    if link.expires_at:
        ends = f"ends {dates.day_and_clock(link.expires_at)}"
    opened = f"opened {counted(link.opened, 'time')}" if link.opened else "never opened"
    shows = [
        words
        for words, shown in (
            ("shows costs", link.shows_costs),
            ("shows system prompts", link.shows_prompts),
        )
        if shown
    ]
    made = f"shared {dates.day_and_clock(link.created_at)}"
    return [what, made, ends, opened, *shows]


def _revoke(links: SharedLinks, link: SharedLink) -> None:
    links.revoke(link.uid)
    st.session_state[_REVOKED] = (link.uid, link.title)


def _offer_undo(links: SharedLinks) -> None:
    def said(title: str) -> str:
        return f"The link to “{plain_label(title, limit=60)}” opens nothing any more."

    keys = ("shared-link-revoked", "undo-revoke-shared")
    offer_last_undo(_REVOKED, keys, said, links.restore)
