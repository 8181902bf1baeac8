"""Describes what one seat is asked for, and what of it is of use there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from moa_core.engine.pacing import Hedge
from moa_core.errors import DeadlineError, ProviderError, StoppedError
from moa_core.mixture import Seat
from moa_core.run import Call, CallRole, CompletionRequest, Finish


@dataclass(frozen=True, slots=True)
class SeatRequest:
    """A completion for one seat.

    Attributes:
        choices: Proposals to choose one of, instead of writing an answer.
        takes_cut: Whether an answer that a deadline cut is better than none here.
        notes: Sentences on how its prompt was made.
        window_tokens: What its prompt was shortened to fit (``Call.window_tokens``).
        hedge: When the model is asked a second time, if it says nothing.
        shortened: Gives the same request, fitted to a window that was learnt since;
            ``None`` where a shorter prompt cannot be had.
    """

    role: CallRole
    seat: Seat
    completion: CompletionRequest
    choices: tuple[Call, ...] = ()
    takes_cut: bool = True
    notes: tuple[str, ...] = ()
    window_tokens: int | None = None
    hedge: Hedge | None = None
    shortened: Callable[[], Self | None] = lambda: None

    def failure_of(self, finish: Finish) -> ProviderError | None:
        """Why an answer that ended so is of no use; ``None`` if it is."""
        cut = isinstance(finish.error, DeadlineError)
        return None if cut and self.takes_cut else finish.error

    @property
    def stopped(self) -> StoppedError:
        """The error of a call that was stopped."""
        return self.completion.error(StoppedError, "This call was stopped.")
