"""Begins each page: who is there, or a page that says why nothing opens."""

from typing import Final, Literal, NoReturn

import streamlit as st

from moa_core.settings import SignIn
from pages.account.identity import Identity, identity_in
from pages.tickets import hold_ticket
from pages.widgets.account import blocked_page, log_in_page, nobody_page
from services import Services, people, services
from storage.errors import PersonBlockedError
from storage.people import Person

_PERSON: Final = "person"


def let_in() -> Services:
    """The services of who is there; the frame around all pages begins with it.

    Ends the script with a page to log in, or with one that says why nothing opens.
    Where nobody signs in, they are those of the one user.

    Raises:
        ConfigError: An environment variable cannot be understood.
        StorageError: A database cannot be opened.
    """
    app = services()
    sign_in = app.settings.sign_in
    if not sign_in.needed:
        return app
    st.session_state.pop(_PERSON, None)
    identity = identity_in(st.user.to_dict(), sign_in)
    if identity is None:
        _let_nobody_in(sign_in)
    return _services_of(identity, sign_in)


def my_services() -> Services:
    """The services of whom this run of the script has let in; pages begin with it.

    Raises:
        ConfigError: An environment variable cannot be understood.
        StorageError: A database cannot be opened.
    """
    app = services()
    if not app.settings.sign_in.needed:
        return app
    person = visitor()
    if person is None:
        st.stop()  # no page is drawn but within its frame
    return services(person)


def visitor() -> Person | None:
    """Who is there; ``None`` where nobody signs in."""
    person: Person | None = st.session_state.get(_PERSON)
    return person


def is_administrator() -> bool:
    """Whether who is there may change what holds for everybody."""
    person = visitor()
    return person.administers if person else not services().settings.sign_in.needed


def first_administrator() -> str:
    """What who is there is called in the list of administrators, which is still empty.

    ``""`` where nobody signs in, or there is an administrator.
    """
    person = visitor()
    if person is None or people().main_owner():
        return ""
    return person.identity.rpartition("#" if "#" in person.identity else ":")[2]


def _let_nobody_in(sign_in: SignIn) -> NoReturn:
    if sign_in.oidc:
        log_in_page()
    else:
        nobody_page()
    st.stop()


def _services_of(identity: Identity, sign_in: SignIn) -> Services:
    role: Literal["administrator", "user"] = (
        "administrator" if identity.administers else "user"
    )
    person = people().signed_in(identity.name, identity.shown, role)
    try:
        app = services(person)
    except PersonBlockedError:
        blocked_page(person.shown, may_log_out=sign_in.oidc is not None)
        st.stop()
    hold_ticket(person.uid, sign_in.cookie_secret)
    st.session_state[_PERSON] = person
    return app
