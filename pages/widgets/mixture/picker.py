"""Draws the button on the composer that names the mixture, and the sheet it opens."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core.mixture import LONGEST_NAME, MAX_TEMPERATURE, MoAConfig, edits
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from pages.widgets.formatting import attempt, mixture_line
from pages.widgets.layout import close_dialog, open_dialog, opened_dialog
from pages.widgets.markdown import plain_label
from pages.widgets.mixture.editor import mixture_editor
from pages.widgets.mixture.model_search import ModelSearch
from pages.widgets.mixture.preset_choice import (
    Choice,
    available_presets,
    matching_preset,
    matching_preset_title,
    preset_labels,
    select_preset_of,
    selected_preset,
)
from pages.widgets.mixture.preset_shelf import save_as
from pages.widgets.mixture.problems import mixture_problems
from pages.widgets.mixture.state import (
    current_mixture,
    draft_mixture,
    mixture_gap,
    mixture_key,
    mixture_widget,
)
from pages.widgets.models import ModelFacts, model_refs
from storage.history import ConversationList
from storage.presets import Presets
from storage.votes import Votes

OWN = "Custom, not saved"
LENGTHS = (256, 512, 1024, 2048, 4096, 8192, 16384)
_SHEET = "mixture sheet"
_NAME = "picker-preset-name"


@dataclass(frozen=True, slots=True)
class MixturePicker:
    """What it takes to choose a mixture.

    Attributes:
        presets: The user's own.
        endpoints: As this browser session sees them.
        prices: Where prices come from.
        history: Knows the models that have answered before.
        votes: Say from which doubt on Auto asks more than one model.
    """

    presets: Presets
    endpoints: Endpoints
    prices: PriceBook
    history: ConversationList
    votes: Votes

    def button(self, row: DeltaGenerator) -> None:
        """Draw the button, called as the mixture is; and the sheet while it is open."""
        title = matching_preset_title(self.presets, self.endpoints)
        row.button(
            plain_label(title, limit=40) if title else "Custom",
            key="choose-mixture",
            icon=":material/expand_more:",
            icon_position="right",
            help=f"Change the models: {mixture_line(current_mixture())}",
            on_click=open_dialog,
            args=(_SHEET,),
        )
        if self.is_open:
            self._sheet()

    @property
    def is_open(self) -> bool:
        """Whether the sheet covers the page: a script that goes on would block it."""
        return bool(opened_dialog(_SHEET))

    def search(self) -> ModelSearch:
        """Searches all models that can be chosen."""
        facts = ModelFacts(self.endpoints, self.prices, model_refs(self.endpoints))
        return ModelSearch.of(facts, frozenset(self.history.choices().models))

    def _sheet(self) -> None:
        sheet = st.dialog(
            "Mixture",
            width="medium",
            position="right",
            icon=":material/hub:",
            on_dismiss=close_dialog,
        )
        sheet(self._draw_sheet)()

    def _draw_sheet(self) -> None:
        choices = available_presets(self.presets, self.endpoints)
        config = draft_mixture()
        with st.container(key="mixture-sheet"):
            _preset(self.presets, choices, config)
            mixture_problems(self.endpoints, "sheet")
            mixture_editor(self.search(), self.votes)
            _sliders(config)
            if st.button("Done", key="mixture-done", type="primary", width="stretch"):
                close_dialog()
                st.rerun()  # all of the page, not the sheet alone


def _preset(presets: Presets, choices: list[Choice], config: MoAConfig) -> None:
    """The presets to begin with, and the way to keep what was made of one."""
    chosen = matching_preset(choices, config)
    titles = preset_labels(choices)
    offered = [*titles] if chosen else [OWN, *titles]
    chosen_id = chosen.id if chosen else OWN
    # The key holds the choice: a change made below turns it to "Custom".
    key = f"{mixture_key('preset')}-{chosen_id}"
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    row.selectbox(
        "Preset",
        offered,
        index=offered.index(chosen_id),
        format_func=lambda choice_id: titles.get(choice_id, OWN),
        key=key,
        on_change=select_preset_of,
        args=(key, choices),
    )
    if chosen:
        st.caption(plain_label(chosen.preset.description, limit=400))
    else:
        _save(presets, choices, row)


def _save(presets: Presets, choices: list[Choice], row: DeltaGenerator) -> None:
    with row.popover("Save as preset", icon=":material/save:", key="picker-save"):
        st.text_input("Name", "My mixture", key=_NAME, max_chars=LONGEST_NAME)

        def save() -> None:
            save_as(presets, st.session_state[_NAME], "", selected_preset(choices))

        st.button(
            "Save",
            key="picker-save-new",
            type="primary",
            disabled=mixture_gap() is not None,
            on_click=attempt,
            args=(save,),
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
        help="0 = predictable, 2 = very random. Applies to all models.",
    )
    length = config.aggregator.max_tokens
    mixture_widget(
        st.select_slider,
        "Max. answer length (tokens)",
        "length",
        lambda now, chosen: edits.with_every_agent(now, max_tokens=chosen),
        options=sorted({*LENGTHS, length}),
        value=length,
        help="A token is about three quarters of a word. Applies to all models.",
    )
