"""Values of the ground floors, as hypothesis generates them."""

import re
from decimal import Decimal

from hypothesis import strategies as st

from moa_core.messages import Message
from moa_core.mixture.config import (
    EFFORTS,
    MAX_AGENTS_PER_LAYER,
    MAX_LAYERS,
    AgentSpec,
    Layer,
)
from moa_core.mixture.prompts import REFERENCES
from moa_core.usage import Cost, Usage

tokens = st.integers(0, 10**7)
words = st.text(min_size=1, max_size=40)
texts = st.text(max_size=400)
halves = st.sampled_from(["\ud83d", "\ude00", "a\udcff"])
"""Half characters, as a broken stream of JSON brings them."""

templates = (
    st.text()
    .filter(lambda text: not re.search(r"\{[A-Za-z]\w*\}", text))
    .map(lambda text: f"{REFERENCES} {text}")
)
"""Prompts that may be, with any text around their one placeholder."""

usages = st.builds(
    lambda new, cached, written, out, thought, source: Usage(
        input_tokens=new + cached + written,
        cached_input_tokens=cached,
        cache_write_tokens=written,
        cache_known_tokens=new + cached + written,
        output_tokens=out + thought,
        reasoning_tokens=thought,
        source=source,
    ),
    tokens,
    tokens,
    tokens,
    tokens,
    tokens,
    st.sampled_from(["reported", "estimated"]),
)
nano_dollars = st.integers(0, 10**13).map(lambda nano: Decimal(nano).scaleb(-9))
costs = st.builds(Cost, nano_dollars, st.integers(0, 3))

agents = st.builds(
    AgentSpec,
    endpoint=st.sampled_from(["lab", "openai", "together"]),
    model=words,
    temperature=st.none() | st.floats(0, 2),
    max_tokens=st.integers(1, 100_000),
    system_prompt=st.none() | words,
    effort=st.none() | st.sampled_from(EFFORTS),
)
layers = st.lists(agents, min_size=1, max_size=MAX_AGENTS_PER_LAYER).map(
    lambda proposers: Layer(tuple(proposers))
)
stacks = st.lists(layers, min_size=1, max_size=MAX_LAYERS).map(tuple)

conversations = st.lists(
    st.builds(Message.from_text, st.sampled_from(["user", "assistant"]), texts),
    max_size=6,
).map(lambda earlier: (*earlier, Message.from_text("user", "And now?")))
