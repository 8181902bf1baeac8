"""Where data is kept, and what is never kept."""

import streamlit as st

from pages.widgets.untrusted import plain_label
from services import Services


def data_facts(app: Services) -> None:
    """Say what is kept where."""
    st.markdown(
        f"""\
- Questions, every model's text, tokens, times, prices and presets:
  {plain_label(app.database.place, limit=300)}
- Keys: in the environment or the file .env, or in this browser session; never in the
  database, a log, an export or a page.
- What you ask goes to the endpoints of the models you chose, and to nobody else."""
    )
