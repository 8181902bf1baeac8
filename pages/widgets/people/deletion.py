"""Deletes a person's data, once the name is typed."""

from typing import Final

import streamlit as st

from moa_core.errors import ConfigError
from pages.widgets.formatting import attempt_at
from pages.widgets.markdown import plain_label
from services.people import Administration
from storage.people import Person

_HERE: Final = "people"
_JOINER: Final = "\u2060"  # with which an address is shown, so that it is no link


def deletion_fields(administration: Administration, person: Person) -> None:
    """Say what goes, and take the confirmation.

    Args:
        administration: Deletes it.
        person: Whose data it is.
    """
    typed = f"type-name-of-{person.uid}"
    name = plain_label(person.shown)
    st.markdown(
        f"Deletes all chats, presets, votes, API keys, links and settings of {name}. "
        "**This can't be undone.** Whoever signs in again starts anew; block somebody "
        "to keep them out."
    )
    st.text_input(f"Type “{name}” to confirm", key=typed)
    st.button(
        "Delete permanently",
        key=f"delete-for-good-{person.uid}",
        icon=":material/delete_forever:",
        disabled=not _confirmed(typed, person),
        on_click=attempt_at,
        args=(_HERE, _delete, administration, person, typed),
    )


def _confirmed(typed: str, person: Person) -> bool:
    words = str(st.session_state.get(typed, "")).replace(_JOINER, "")  # if copied
    return words.strip().casefold() == person.shown.strip().casefold()


def _delete(administration: Administration, person: Person, typed: str) -> None:
    if not _confirmed(typed, person):
        raise ConfigError("Type the name as it is shown. Nothing was deleted.")
    administration.remove(person.uid)
