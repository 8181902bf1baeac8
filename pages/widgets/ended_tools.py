"""What can be done to an ended run: ask again, synthesise again, go on elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from moa_core import again
from moa_core.again import Plan
from moa_core.config import AgentSpec
from moa_core.run_state import SeatState
from pages.widgets import asking_again
from pages.widgets.address import end_at
from pages.widgets.connect import model_refs
from pages.widgets.continuing import differs, go_on_from
from pages.widgets.mixture import pick_label
from pages.widgets.run_tools import NoTools
from pages.widgets.synthesis_form import synthesis_form
from pages.widgets.versions import version_picker
from services import Services
from storage.conversations import Turn
from storage.stored_runs import StoredRun

MODELS_AT_ONCE = 12
"""As many models stand in a menu; all of them can be chosen in the form."""


@dataclass(frozen=True, slots=True)
class EndedTools(NoTools):
    """The controls of one finished run.

    Attributes:
        app: Carries them out.
        turn: Whose run it is.
        run: The run.
        busy: Whether the conversation waits for another run, so that nothing new can
            be asked.
    """

    app: Services
    turn: Turn
    run: StoredRun
    busy: bool

    def seat_ended(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Ask it again, ask another model in its place, or use what it wrote."""
        menu = place.popover(
            ":material/more_horiz:",
            key=self._key("more", seat),
            type="tertiary",
            on_change="rerun",
            help="Ask again, ask another model, use as the answer",
        )
        if menu.open:
            self._use_button(menu, seat)
            self._retry_button(menu, seat, "more")
            self._other_model(menu, seat)

    def seat_failed(self, place: DeltaGenerator, seat: SeatState) -> None:
        """One click to ask it again."""
        if seat.calls:
            self._retry_button(place, seat, "foot")

    def answer_head(self, place: DeltaGenerator) -> None:
        """Which version is shown, and what to do when a proposal is newer than it."""
        version_picker(place, self.turn, self.run)
        asked = self._asked_again()
        if not asked:
            return
        box = place.container(border=True, gap="small")
        box.markdown(
            ":material/update: **A proposal is new.** What was written after it has "
            "not read it yet."
        )
        state = self.run.state
        for index in range(min(asked) + 1, len(state.layers)):
            label = f"Ask layer {index + 1} again, then synthesise"
            self._plan_button(box, label, partial(again.onwards, state, index))
        self._plan_button(box, "Synthesise again", partial(again.synthesis, state))

    def answer_failed(self, place: DeltaGenerator) -> None:
        """The proposals are there: another model can write the answer, in one click."""
        if not self.run.state.synthesises or not _has_proposals(self.run):
            return
        key = self._key("with")
        place.menu_button(
            "Synthesise with …",
            self._models(),
            key=key,
            icon=":material/merge:",
            type="primary",
            format_func=pick_label,
            disabled=self.busy,
            on_click=self._synthesise_with,
            args=(key,),
        )

    def answer_foot(self, place: DeltaGenerator) -> None:
        """Write it again, go on from it, or ask something else after it."""
        if _has_proposals(self.run):
            self._synthesis_form(place)
        row = place.container(horizontal=True, gap="small", vertical_alignment="center")
        answer = self.run.ref(self.run.state.synthesis.seat)
        if differs(self.turn, answer):
            row.button(
                "Go on from this answer",
                key=self._key("go-on"),
                icon=":material/subdirectory_arrow_right:",
                type="tertiary",
                on_click=go_on_from,
                args=(self.app, self.turn, answer),
            )
        if self.turn.children:
            row.button(
                "Branch from here",
                key=self._key("branch"),
                icon=":material/alt_route:",
                type="tertiary",
                help="Ask something else after this answer; what followed stays.",
                on_click=end_at,
                args=(self.turn.uid,),
            )

    def _asked_again(self) -> list[int]:
        """Layers in which this run asked somebody without synthesising after it."""
        state = self.run.state
        if state.synthesises:
            return []
        return [
            seat.seat.layer_index
            for layer in state.layers
            for seat in layer.seats
            if seat.status == "succeeded" and not seat.given
        ]

    def _synthesis_form(self, place: DeltaGenerator) -> None:
        """Another aggregator, length or instruction, or without some proposals."""
        form = place.expander(
            "Synthesise again",
            key=self._key("synthesise"),
            icon=":material/merge:",
            type="compact",
            on_change="rerun",
        )
        if form.open:
            synthesis_form(form, self.app, self.run, busy=self.busy)

    def _plan_button(
        self, place: DeltaGenerator, label: str, plan: Callable[[], Plan]
    ) -> None:
        place.button(
            label,
            key=self._key(label),
            icon=":material/merge:",
            disabled=self.busy,
            on_click=asking_again.start,
            args=(self.app, self.run, plan),
        )

    def _use_button(self, place: DeltaGenerator, seat: SeatState) -> None:
        answer = self.run.ref(seat.seat)
        if seat.status == "succeeded" and differs(self.turn, answer):
            place.button(
                "Go on from this proposal",
                key=self._key("use", seat),
                icon=":material/subdirectory_arrow_right:",
                help="The next question goes on from it, as if it were the answer.",
                width="stretch",
                on_click=go_on_from,
                args=(self.app, self.turn, answer),
            )

    def _retry_button(self, place: DeltaGenerator, seat: SeatState, where: str) -> None:
        place.button(
            "Ask it again",
            key=self._key(f"retry-{where}", seat),
            icon=":material/refresh:",
            help="One new call; the other proposals stay as they are.",
            disabled=self.busy,
            width="stretch",
            on_click=asking_again.retry,
            args=(self.app, self.run, seat.seat),
        )

    def _other_model(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Another model in its place."""
        ref = place.selectbox(
            "Another model in its place",
            [ref for ref in model_refs(self.app) if ref != seat.agent.ref],
            index=None,
            key=self._key("other", seat),
            format_func=pick_label,
            placeholder="Choose a model",
        )
        place.button(
            "Ask that model instead",
            key=self._key("ask-other", seat),
            disabled=self.busy or ref is None,
            width="stretch",
            on_click=self._ask_instead,
            args=(seat, ref),
        )

    def _ask_instead(self, seat: SeatState, ref: str) -> None:
        agent = _in_place_of(seat.agent, ref)
        asking_again.retry(self.app, self.run, seat.seat, agent)

    def _synthesise_with(self, key: str) -> None:
        state = self.run.state
        agent = _in_place_of(state.config.aggregator, st.session_state[key])
        plan = again.synthesis(state, aggregator=agent, fallbacks=())
        asking_again.start(self.app, self.run, lambda: plan)

    def _models(self) -> list[str]:
        """Models that may write the answer: the mixture's own first."""
        config = self.run.state.config
        agents = [agent for layer in config.layers for agent in layer.proposers]
        refs = [agent.ref for agent in (*config.fallbacks, *agents)]
        return list(dict.fromkeys([*refs, *model_refs(self.app)]))[:MODELS_AT_ONCE]

    def _key(self, what: str, seat: SeatState | None = None) -> str:
        where = f"-{seat.seat.layer_index}-{seat.seat.position}" if seat else ""
        return f"{self.run.uid}{where}-{what}"


def _has_proposals(run: StoredRun) -> bool:
    last = run.state.layers[-1:]
    return any(seat.status == "succeeded" for layer in last for seat in layer.seats)


def _in_place_of(agent: AgentSpec, ref: str) -> AgentSpec:
    """Another model with the settings of ``agent``."""
    chosen = AgentSpec.from_ref(ref)
    return replace(agent, endpoint=chosen.endpoint, model=chosen.model)
