"""Whole mixtures and presets, as hypothesis generates them."""

from hypothesis import strategies as st

from moa_core.mixture.config import (
    EFFORTS,
    METHODS,
    AgentSpec,
    Layer,
    MoAConfig,
    Preset,
)
from moa_core.mixture.prompts import LENGTHS, PLACEMENTS, REFERENCES, Prompts
from moa_core.text import one_line

texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40
)
names = st.text(
    st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=20
)
agents = st.builds(
    AgentSpec,
    endpoint=names,
    model=names,
    temperature=st.none() | st.floats(0, 2) | st.sampled_from([0, 1, 2]),
    max_tokens=st.integers(1, 10**6),
    system_prompt=st.none() | texts,
    effort=st.none() | st.sampled_from(EFFORTS),
)
templates = texts.map(lambda text: f"{REFERENCES} {text.replace('{', '{ ')}")
configs = st.builds(
    MoAConfig,
    layers=st.lists(
        st.lists(agents, min_size=1, max_size=3).map(lambda a: Layer(tuple(a))),
        min_size=1,
        max_size=3,
    ).map(tuple),
    aggregator=agents,
    fallbacks=st.lists(agents, max_size=2).map(tuple),
    prompts=st.builds(
        Prompts,
        placement=st.sampled_from(PLACEMENTS),
        for_proposers=templates,
        for_aggregator=templates,
        paper=templates,
        for_ranker=templates,
    ),
    length=st.sampled_from(LENGTHS),
    method=st.sampled_from(METHODS),
) | st.builds(MoAConfig, layers=st.just(()), aggregator=agents)


def lines(longest, instead=""):
    return st.text(max_size=longest).map(
        lambda text: one_line(text, longest) or instead
    )


presets = st.builds(
    Preset,
    name=lines(80, "unnamed"),
    title=lines(80, "unnamed"),
    description=lines(500),
    source=lines(500),
    results=lines(500),
    group=lines(80),
    version=st.integers(1, 9999),
    config=configs,
)
