"""What can be done to a run where it is drawn: the views leave room for buttons."""

from collections.abc import Callable, Sequence
from typing import Protocol

from streamlit.delta_generator import DeltaGenerator

from moa_core.messages import Message
from moa_core.run import LayerState, SeatState


class RunTools(Protocol):
    """Draws the controls of one run into the places that its views leave for them."""

    def seat_open(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Beside the name of a proposer that is still at work."""

    def seat_ended(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Beside the name of a proposer that has ended."""

    def seat_failed(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Below the reason why a proposer has no proposal."""

    def layer_waits(self, place: DeltaGenerator, layer: LayerState) -> None:
        """Below a layer of which some have answered and some not, in an empty place."""

    def answer_head(self, place: DeltaGenerator) -> None:
        """Above the answer, once nothing more will come."""

    def answer_is_wide(self) -> bool:
        """Whether the answer is drawn in another way that takes all the width."""

    def answer_text(self, place: DeltaGenerator) -> bool:
        """The answer itself, drawn in another way; ``False`` leaves it to the view."""

    def answer_failed(self, place: DeltaGenerator) -> None:
        """Below the reason why there is no answer."""

    def answer_foot(self, place: DeltaGenerator) -> None:
        """Below the answer, once nothing more will come."""

    def messages(self) -> Callable[[], Sequence[Message]] | None:
        """Reads the conversation that it answered; ``None`` where it cannot be had."""

    def run_foot(self, place: DeltaGenerator) -> None:
        """Below what it took, once that is opened."""


class NoTools:
    """A run to look at."""

    def seat_open(self, place: DeltaGenerator, seat: SeatState) -> None:
        """Nothing."""

    seat_ended = seat_failed = seat_open

    def layer_waits(self, place: DeltaGenerator, layer: LayerState) -> None:
        """Nothing."""

    def answer_head(self, place: DeltaGenerator) -> None:
        """Nothing."""

    def answer_is_wide(self) -> bool:
        """No wider than what is easy to read."""
        return False

    def answer_text(self, place: DeltaGenerator) -> bool:
        """As it is."""
        return False

    answer_failed = answer_foot = run_foot = answer_head

    def messages(self) -> Callable[[], Sequence[Message]] | None:
        """None."""
        return None
