"""Defines what is asked of the agent at one seat."""

from dataclasses import dataclass

from moa_core.errors import StoppedError
from moa_core.mixture import Seat
from moa_core.run import Call, CallRole, CompletionRequest


@dataclass(frozen=True, slots=True)
class SeatRequest:
    """A completion for one seat.

    Attributes:
        choices: Proposals to choose one of, instead of writing an answer.
    """

    role: CallRole
    seat: Seat
    completion: CompletionRequest
    choices: tuple[Call, ...] = ()

    @property
    def stopped(self) -> StoppedError:
        """The error of a call that was stopped."""
        return self.completion.error(StoppedError, "This call was stopped.")
