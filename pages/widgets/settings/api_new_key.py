"""Creates a key of the API, and shows its secret this once."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import streamlit as st

from moa_core.errors import MoAError
from pages.component import Copy, draw_code
from pages.widgets.formatting import failure
from pages.widgets.layout import close_dialog, open_dialog, opened_dialog
from pages.widgets.markdown import plain_label
from pages.widgets.settings.cap_field import cap_field
from storage.api import LONGEST_KEY_NAME, ApiKeys

EXPOSE_LABEL: Final = "Send drafts as reasoning"
EXPOSE_HELP: Final = (
    "Programs that show a model's reasoning then show every draft. A request may ask "
    "for more or less."
)
CAP_LABEL: Final = "Cap per month (US$)"

_CREATING: Final = "API key that is being created"
_CREATED: Final = "API key that was created"


@dataclass(frozen=True, slots=True)
class _NewKey:
    """A key whose secret is on the page, and nowhere else from then on."""

    name: str
    secret: str = field(repr=False)


def new_key_button(keys: ApiKeys) -> None:
    """Draw the button, and the dialog that it opens while that is open."""
    st.button(
        "Create key",
        key="create-api-key",
        icon=":material/add:",
        on_click=open_dialog,
        args=(_CREATING,),
    )
    if opened_dialog(_CREATING):
        _create(keys)
    elif new := opened_dialog(_CREATED):
        _show(new)


@st.dialog("Create API key", on_dismiss=close_dialog)
def _create(keys: ApiKeys) -> None:
    with st.form("api-key", border=False):
        name = st.text_input(
            "Name",
            key="api-key-name",
            max_chars=LONGEST_KEY_NAME,
            placeholder="Zed on my laptop",
        )
        cap = cap_field(
            CAP_LABEL,
            "api-key-cap",
            help="Requests that could cost more than is left are refused. Your own "
            "caps hold as well.",
        )
        exposes = st.toggle(EXPOSE_LABEL, key="api-key-expose", help=EXPOSE_HELP)
        problem = st.empty()
        if not st.form_submit_button("Create", key="api-key-create", type="primary"):
            return
    cap_usd = None if cap is None else Decimal(str(cap))
    try:
        key, secret = keys.create(name, cap_usd, "full" if exposes else "summary")
    except MoAError as error:
        failure(problem.container(key="api-key-problem"), error)
        return
    open_dialog(_CREATED, _NewKey(key.name, secret))
    st.rerun()  # all of the page, not the dialog alone


@st.dialog("Your new API key", on_dismiss=close_dialog)
def _show(new: _NewKey) -> None:
    st.markdown(
        f"Copy the key “{plain_label(new.name, limit=60)}” now and keep it safe. **It "
        "isn't shown again**: only a fingerprint of it is stored."
    )
    draw_code(st.container(), new.secret, "api-key-secret", Copy("the key"))
    if st.button("Done", key="api-key-done", type="primary"):
        close_dialog()
        st.rerun()
