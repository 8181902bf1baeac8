"""Shares a chat or an answer: says what will be seen, and gives the link once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from moa_core.errors import MoAError
from moa_core.network import is_loopback
from pages.component import Copy, draw_code
from pages.widgets.formatting import dates, failure
from pages.widgets.layout import (
    CONVERSATION,
    ENDS_AT,
    SHARED_LINK,
    THROUGH,
    close_dialog,
    open_dialog,
    opened_at,
    opened_dialog,
)
from pages.widgets.sharing.contents import (
    Contents,
    ShownRun,
    contents_of_answer,
    contents_of_chat,
)
from storage.conversations import Conversations
from storage.sharing import NewLink, SharedLinks

ENDS: Final[Mapping[str, int | None]] = {
    "After 1 day": 1, "After 7 days": 7, "After 30 days": 30, "Never": None,
}  # fmt: skip
"""When a link ends, as one chooses it: after how many days."""

_USUAL: Final = "After 7 days"
_SHARING: Final = "what is being shared"
_SHARED: Final = "link that was made"


@dataclass(frozen=True, slots=True)
class _Subject:
    """A chat, or the run of one answer in it on the path that was shown."""

    conversation_uid: str
    run_uid: str | None = None


@dataclass(frozen=True, slots=True)
class _MadeLink:
    """A link whose secret is on the page, and nowhere else from then on."""

    address: str = field(repr=False)
    expires_at: datetime | None


def share_chat(uid: str) -> None:
    """Open the dialog that shares a chat; of the open one along the path shown."""
    open_dialog(_SHARING, _Subject(uid))


def share_answer(conversation_uid: str, run_uid: str) -> None:
    """Open the dialog that shares one question of the open chat with one answer."""
    open_dialog(_SHARING, _Subject(conversation_uid, run_uid))


@dataclass(frozen=True, slots=True)
class ShareDialog:
    """What it takes to share something.

    Attributes:
        shown: Knows which version of an answer is looked at.
        public_url: Where people open the app, if it is set.
        signs_in: Whether people sign in: else who opens the app sees all of it.
    """

    conversations: Conversations
    links: SharedLinks
    shown: ShownRun
    public_url: str
    signs_in: bool

    def draw(self) -> None:
        """Draw the dialog if it was opened."""
        subject: _Subject | None = opened_dialog(_SHARING)
        made: _MadeLink | None = opened_dialog(_SHARED)
        if subject:
            what = "answer" if subject.run_uid else "chat"
            dialog = st.dialog(f"Share this {what}", on_dismiss=close_dialog)
            dialog(self._draw_choices)(subject)
        elif made:
            st.dialog("Your link", on_dismiss=close_dialog)(self._draw_made)(made)

    def _draw_choices(self, subject: _Subject) -> None:
        try:
            contents = self._contents(subject)
        except MoAError as error:
            failure(st.container(key="share-problem"), error)
            return
        if not contents.runs:
            st.container(key="share-nothing").info(
                "Nothing to share yet: wait for the answer."
            )
            return
        _say_what(contents, self.links.of_chat(contents.conversation_uid))
        self._form(contents)

    def _form(self, contents: Contents) -> None:
        with st.form("share", border=False):
            ends = st.selectbox(
                "The link ends",
                list(ENDS),
                index=list(ENDS).index(_USUAL),
                key="share-end",
            )
            costs = st.toggle("Show costs and tokens", key="share-costs")
            prompts = contents.has_prompts and st.toggle(
                "Show system prompts",
                key="share-prompts",
                help="What each model was told about its role. Answers may quote it "
                "either way.",
            )
            _warn(opened_at(self.public_url), signs_in=self.signs_in)
            problem = st.empty()
            if not st.form_submit_button("Create link", key="share-go", type="primary"):
                return
        try:
            self._make(contents, ENDS[ends], costs=costs, prompts=prompts)
        except MoAError as error:
            failure(problem.container(key="share-problem"), error)
            return
        st.rerun()  # all of the page, not the dialog alone

    def _make(
        self, contents: Contents, days: int | None, *, costs: bool, prompts: bool
    ) -> None:
        new = NewLink(
            conversation_uid=contents.conversation_uid,
            kind=contents.kind,
            runs=[run.uid for run in contents.runs],
            title=contents.title,
            days=days,
            shows_costs=costs,
            shows_prompts=prompts,
        )
        link, secret = self.links.create(new)
        address = f"{opened_at(self.public_url)}/?{SHARED_LINK}={secret}"
        open_dialog(_SHARED, _MadeLink(address, link.expires_at))

    def _contents(self, subject: _Subject) -> Contents:
        uid, through, ends = subject.conversation_uid, None, False
        if st.query_params.get(CONVERSATION) == uid:
            ends = ENDS_AT in st.query_params
            through = st.query_params.get(ENDS_AT) or st.query_params.get(THROUGH)
        conversation = self.conversations.load(uid, through, ends=ends)
        if subject.run_uid:
            return contents_of_answer(conversation, subject.run_uid)
        return contents_of_chat(conversation, self.shown)

    def _draw_made(self, made: _MadeLink) -> None:
        st.markdown(
            "Copy the link now. **It isn't shown again**: only a fingerprint of it is "
            "stored."
        )
        draw_code(st.container(), made.address, "share-link", Copy("the link"))
        ends = "It doesn't end by itself."
        if made.expires_at:
            ends = f"It ends on {dates.day_and_clock(made.expires_at)}."
        st.container(key="share-ends").caption(
            f"{ends} You can revoke it at any time, in Settings."
        )
        _warn(opened_at(self.public_url), signs_in=self.signs_in)
        if st.button("Done", key="share-done", type="primary"):
            close_dialog()
            st.rerun()


def _say_what(contents: Contents, links: int) -> None:
    later = " What is asked later isn't added." if contents.kind == "chat" else ""
    place = st.container(key="share-what", gap="xsmall")
    place.markdown(
        f"Whoever has the link sees {contents.summary}, as they are now.{later} They "
        "need no account, and can change nothing."
    )
    if links:
        there = "is already 1 link" if links == 1 else f"are already {links:,} links"
        place.caption(f"There {there} to this chat: see Settings.")


def _warn(base: str, *, signs_in: bool) -> None:
    """Say who cannot open the link, or what else they could open."""
    if is_loopback(urlsplit(base).hostname or ""):
        st.container(key="share-only-here").warning(
            "Only this computer can open the link: Polyphony listens at "
            f"{base.partition('://')[2]}. To share with others, serve it at an address "
            "that they can reach, and set POLYPHONY_URL to that."
        )
    elif not signs_in:
        st.container(key="share-open-to-all").warning(
            "Nobody signs in here: whoever can reach this address can open all of your "
            "chats, not only this link. Set up signing in before you share."
        )
