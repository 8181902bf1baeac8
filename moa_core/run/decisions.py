"""Defines what a run decided by itself to save time and money, and why.

A decision is an event of its run (RunDecided), is kept with it, and is read back from
the JSON form that ``decision_to_dict`` writes.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias, get_args

from moa_core.errors import ConfigError
from moa_core.mixture import FastStartWay, Seat
from moa_core.usage import Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerProceeded:
    """A layer went on without proposers that were late.

    Attributes:
        answered: How many proposals it had.
        late: Whom it did not wait for.
        waited_s: For how long they were waited for after the quorum had answered.
    """

    layer_index: int
    answered: int
    late: tuple[Seat, ...]
    waited_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LayersSkipped:
    """Layers ``first`` to ``last`` were not asked: the proposals before them agree.

    Attributes:
        agreement: How like the others the one is that is least so, 0 to 1.
    """

    first: int
    last: int
    agreement: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHedged:
    """A second request was made, since nothing had come of the first.

    Attributes:
        seat: Whose.
        model: Who was asked too, ``endpoint/model``.
        after_s: Seconds from the first request.
    """

    seat: Seat
    model: str
    after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAnswerJudged:
    """Auto decided whether its first answer needs the others.

    Attributes:
        stands: Whether it is the answer of the run.
        doubt: How much doubt there was, 0 to 1.
        threshold: From how much on the others are asked.
        votes: How many votes had taught the threshold; 0 where it was a given one.
        reasons: What the doubt rests on, in sentences.
        saved_calls: How many calls fewer were made than the whole mixture's.
        saved_usd: About what they would have cost, as far as prices are known.
        saved_unknown_calls: How many of them nobody can price.
    """

    stands: bool
    doubt: float
    threshold: float
    votes: int = 0
    reasons: tuple[str, ...] = ()
    saved_calls: int = 0
    saved_usd: float = 0.0
    saved_unknown_calls: int = 0

    def __post_init__(self) -> None:
        counts = (self.votes, self.saved_calls, self.saved_unknown_calls)
        figures = (self.doubt, self.threshold, self.saved_usd, *counts)
        if not all(0 <= figure <= _LARGEST for figure in figures):
            raise ConfigError("A figure of this decision cannot be.")

    @property
    def saved(self) -> Cost:
        """About what was saved."""
        usd = Decimal(str(round(self.saved_usd, 9)))
        return Cost(usd, self.saved_unknown_calls)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposersLeftOut:
    """The rest of a layer was not asked: the first answer and another maker's agree."""

    left_out: tuple[Seat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionalJudged:
    """The aggregator looked at its provisional answer again, with all drafts.

    Attributes:
        stands: Whether it left it as it is; else it wrote a revision.
        checked: Whether it could look at all; if not, the answer stands as it was.
    """

    stands: bool
    checked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBegun:
    """The answer was begun before its drafts were complete.

    Attributes:
        way: How (``FastStart.way``).
        before_s: How long before that its first content came.
        read: For each request, up to which character each draft had been read.
        in_turns: Whether each request was a turn of its own.
    """

    way: FastStartWay
    before_s: float
    read: tuple[tuple[int, ...], ...]
    in_turns: bool = False


_LARGEST: Final = 10**9

Decision: TypeAlias = (
    LayerProceeded
    | LayersSkipped
    | CallHedged
    | FirstAnswerJudged
    | ProposersLeftOut
    | ProvisionalJudged
    | AnswerBegun
)

_KINDS: Final[Mapping[str, type[Decision]]] = {
    kind.__name__: kind for kind in get_args(Decision)
}


def decision_to_dict(decision: Decision) -> dict[str, Any]:
    """``decision`` as JSON values: its ``kind``, then its fields."""
    return {"kind": type(decision).__name__, **asdict(decision)}


def decision_from_dict(data: object) -> Decision:
    """Read what ``decision_to_dict`` wrote.

    Raises:
        ConfigError: It is no decision that this version knows.
    """
    from pydantic import TypeAdapter, ValidationError  # the engine does without

    if not isinstance(data, dict) or data.get("kind") not in _KINDS:
        raise ConfigError("This decision of a run is unknown.")
    values = {name: value for name, value in data.items() if name != "kind"}
    try:
        decision: Decision = TypeAdapter(_KINDS[data["kind"]]).validate_python(values)
    except ValidationError:
        raise ConfigError("This decision of a run cannot be read.") from None
    return decision
