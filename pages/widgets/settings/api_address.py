"""Shows what a program needs to ask presets: the address, models and an example."""

import shlex

import streamlit as st

from pages.component import Copy, draw_code
from pages.widgets.layout import opened_at
from services.api import DEFAULT_MODEL

_CURL = """curl {base}/chat/completions \\
  -H "Authorization: Bearer YOUR_KEY" \\
  -H "Content-Type: application/json" \\
  -d {body}"""
_BODY = '{{"model": "{model}", "messages": [{{"role": "user", "content": "Why?"}}]}}'
_PYTHON = """from openai import OpenAI

client = OpenAI(base_url="{base}", api_key="YOUR_KEY")
answer = client.chat.completions.create(
    model="{model}",
    messages=[{{"role": "user", "content": "Why?"}}],
)
print(answer.choices[0].message.content)"""


def api_address(public_url: str) -> None:
    """Draw the base URL to give to programs, and how one asks.

    Args:
        public_url: Where people open the app, if it is set.
    """
    base = f"{opened_at(public_url)}/v1"
    st.caption(
        "Other programs can ask your presets: each is a model of an API that speaks "
        "OpenAI's protocol. Every request runs the whole mixture and appears in "
        "History, under “API requests”, and in Spend."
    )
    place = st.container(key="api-base-url", gap="xsmall")
    place.markdown("Base URL")
    draw_code(place, base, "api-base", Copy("the base URL"))
    st.container(key="api-models").caption(
        f"Model: `{DEFAULT_MODEL}`, or that of a preset, as the page Presets shows it."
    )
    with st.expander("Examples", icon=":material/code:", key="api-examples"):
        body = shlex.quote(_BODY.format(model=DEFAULT_MODEL))
        curl, python = st.tabs(["curl", "Python"])
        example = _CURL.format(base=base, body=body)
        draw_code(curl, example, "api-curl", Copy("the example"))
        example = _PYTHON.format(base=base, model=DEFAULT_MODEL)
        draw_code(python, example, "api-python", Copy("the example"))
        st.caption("Put one of the keys below in the place of YOUR_KEY.")
