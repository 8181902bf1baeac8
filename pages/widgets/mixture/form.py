"""Draws the form for a mixture: preset, layers, aggregator, temperature, length."""

import streamlit as st

from moa_core.mixture import (
    MAX_AGENTS_PER_LAYER,
    MAX_LAYERS,
    MAX_TEMPERATURE,
    MoAConfig,
    edits,
)
from moa_core.providers import Endpoints
from pages.widgets.markdown import plain_label
from pages.widgets.mixture import picks
from pages.widgets.mixture.preset_choice import (
    Choice,
    available_presets,
    matching_preset,
    preset_labels,
    select_preset_of,
)
from pages.widgets.mixture.problems import mixture_problems
from pages.widgets.mixture.state import (
    change_mixture,
    current_mixture,
    mixture_key,
    mixture_problem,
    mixture_widget,
)
from pages.widgets.models import model_refs
from storage.presets import Presets

OWN = "Your own"
LENGTHS = (256, 512, 1024, 2048, 4096, 8192, 16384)


def mixture_form(presets: Presets, endpoints: Endpoints) -> None:
    """Draw the form, with what does not fit in the mixture that it shows."""
    config, refs = current_mixture(), model_refs(endpoints)
    mixture_problem()
    _preset_picker(available_presets(presets, endpoints), config)
    mixture_problems(endpoints)
    for index in range(len(config.layers)):
        _layer_picker(config, index, refs)
    _layer_buttons(config)
    _aggregator_pickers(config, refs)
    _sliders(config)


def _preset_picker(choices: list[Choice], config: MoAConfig) -> None:
    chosen = matching_preset(choices, config)
    titles = preset_labels(choices)
    offered = [*titles] if chosen else [OWN, *titles]
    chosen_id = chosen.id if chosen else OWN
    # The key holds the choice: a change made below turns it to "Your own".
    key = f"{mixture_key('preset')}-{chosen_id}"
    st.selectbox(
        "Preset",
        offered,
        index=offered.index(chosen_id),
        format_func=lambda choice_id: titles.get(choice_id, OWN),
        key=key,
        on_change=select_preset_of,
        args=(key, choices),
        help="A mixture to start from. Change anything below to make it your own.",
    )
    # Always a line, so that nothing below moves when the choice becomes "Your own".
    made = "Made by you, from what is below."
    st.caption(plain_label(chosen.preset.description, limit=400) if chosen else made)


def _layer_picker(config: MoAConfig, index: int, refs: list[str]) -> None:
    picked = picks.picks(config.layers[index].proposers)
    options = picks.options(refs, picked)
    mixture_widget(
        st.multiselect,
        f"Layer {index + 1}",
        f"layer-{index}",
        lambda now, chosen: picks.with_layer(now, index, chosen),
        options=options,
        default=picked,
        format_func=picks.pick_labels(options),
        max_selections=MAX_AGENTS_PER_LAYER,
        placeholder="Choose models",
        help="These models answer side by side. Pick a model again for a second seat.",
    )


def _layer_buttons(config: MoAConfig) -> None:
    row = st.container(horizontal=True, gap="xsmall")  # without icons both fit in
    row.button(
        "Add layer",
        key="add-layer",
        disabled=len(config.layers) >= MAX_LAYERS,
        on_click=change_mixture,
        args=(edits.with_layer_added,),
    )
    row.button(
        "Remove layer",
        key="remove-layer",
        disabled=len(config.layers) <= 1,
        on_click=change_mixture,
        args=(lambda now: edits.without_layer(now, len(now.layers) - 1),),
    )


def _aggregator_pickers(config: MoAConfig, refs: list[str]) -> None:
    options = list(dict.fromkeys([config.aggregator.ref, *refs]))
    mixture_widget(
        st.selectbox,
        "Aggregator",
        "aggregator",
        picks.with_aggregator,
        options=options,
        index=options.index(config.aggregator.ref),
        format_func=picks.pick_labels(options),
        help="Reads the last layer's proposals and writes the answer.",
    )
    fallbacks = [agent.ref for agent in config.fallbacks]
    offered = list(dict.fromkeys([*fallbacks, *refs]))
    mixture_widget(
        st.multiselect,
        "If it fails",
        "fallbacks",
        picks.with_fallbacks,
        options=offered,
        default=fallbacks,
        format_func=picks.pick_labels(offered),
        placeholder="No other model",
        help="Models that write the answer instead, asked in this order.",
    )


def _sliders(config: MoAConfig) -> None:
    temperature = config.aggregator.temperature
    mixture_widget(
        st.slider,
        "Temperature",
        "temperature",
        lambda now, chosen: edits.with_every_agent(now, temperature=chosen),
        min_value=0.0,
        max_value=MAX_TEMPERATURE,
        value=0.7 if temperature is None else temperature,
        step=0.1,
        help="How freely models choose their words: 0 is steady, 2 is wild.",
    )
    length = config.aggregator.max_tokens
    mixture_widget(
        st.select_slider,
        "Longest answer, in tokens",
        "length",
        lambda now, chosen: edits.with_every_agent(now, max_tokens=chosen),
        options=sorted({*LENGTHS, length}),
        value=length,
        help="A token is about three quarters of a word. Applies to every model.",
    )
