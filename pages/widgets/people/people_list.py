"""One card a person: who it is, what was spent, and what may be done about it."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from moa_core.text import counted
from pages.widgets.formatting import SEPARATOR, attempt_at, dates, money, problem_at
from pages.widgets.layout import empty_state
from pages.widgets.markdown import plain_label, read_aloud
from pages.widgets.people.caps import caps_fields, caps_line
from pages.widgets.people.deletion import deletion_fields
from services.people import Administration, PersonSummary
from storage.people import Person

HERE: Final = "people"


def people_list(administration: Administration, me: str) -> None:
    """Draw everybody, whoever was seen last first.

    Args:
        administration: Knows them, and carries out what is clicked.
        me: The uid of who looks, who can neither block nor delete themselves.
    """
    problem_at(HERE)
    summaries = administration.summaries()
    _sums(summaries)
    for summary in summaries:
        uid = summary.known.person.uid
        with st.container(border=True, gap="xsmall", key=f"person-{uid}"):
            _card(administration, summary, is_me=uid == me)
    if len(summaries) == 1:
        empty_state("Nobody else has signed in yet. Who does appears here.")


def _sums(summaries: Sequence[PersonSummary]) -> None:
    sums = [each.sums for each in summaries if each.sums]
    month = money(sum((each.month for each in sums[1:]), sums[0].month)) if sums else ""
    people = counted(len(summaries), "person").replace("persons", "people")
    st.caption(SEPARATOR.join(filter(None, (people, month and f"{month} this month"))))


def _card(
    administration: Administration, summary: PersonSummary, *, is_me: bool
) -> None:
    person = summary.known.person
    name = plain_label(person.shown)
    row = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    row.markdown(f"**{name}**{_badges(person, is_me=is_me)}")
    with row.container(horizontal=True, width="content", gap="small"):
        with st.popover(
            read_aloud("Caps", f"of {name}"),
            type="tertiary",
            key=f"caps-of-{person.uid}",
        ):
            caps_fields(administration, summary.known)
        if not is_me:
            _block_button(administration, person, name)
        if not (is_me or person.owns_main):
            with st.popover(
                read_aloud("Delete data", f"of {name}"),
                type="tertiary",
                key=f"delete-{person.uid}",
            ):
                deletion_fields(administration, person)
    st.caption(SEPARATOR.join(_facts(summary)))


def _badges(person: Person, *, is_me: bool) -> str:
    badges = [":gray-badge[You]"] if is_me else []
    if person.role == "administrator":
        badges.append(":blue-badge[Administrator]")
    if person.blocked:
        badges.append(":red-badge[Blocked]")
    return "".join(f" {badge}" for badge in badges)


def _facts(summary: PersonSummary) -> list[str]:
    """``seen today at 14:03 · 12 chats · $1.20 this month, $5.31 in all · no cap``."""
    known, sums = summary.known, summary.sums
    facts = [f"last seen {dates.day_and_clock(known.seen_at)}"]
    if sums is None:
        reason = plain_label(str(summary.problem), limit=160)
        return [*facts, f"chats and spending cannot be read: {reason}"]
    spent = f"{money(sums.month)} this month, {money(sums.ever)} in all"
    return [*facts, counted(sums.chats, "chat"), spent, caps_line(known.caps)]


def _block_button(administration: Administration, person: Person, name: str) -> None:
    label, change = (
        ("Unblock", administration.unblock)
        if person.blocked
        else ("Block", administration.block)
    )
    st.button(
        read_aloud(label, name),
        key=f"block-{person.uid}",
        type="tertiary",
        on_click=attempt_at,
        args=(HERE, partial(change, person.uid)),
    )
