"""Describes how a mixture saves time and money; by default it waits and asks everybody.

Figures and reasons: ``docs/adr/0051`` to ``0053``.
"""

from dataclasses import dataclass
from typing import Final, Literal

from moa_core.errors import ConfigError

FastStartWay = Literal["chunks", "provisional"]

FAST_START_WAYS: Final[tuple[FastStartWay, ...]] = ("chunks", "provisional")
LEAST_CHUNK_TOKENS: Final = 8
MOST_CHUNK_TOKENS: Final = 1024
LONGEST_PATIENCE: Final = 10.0
"""Times the time that the quorum took."""
LONGEST_HEDGE_S: Final = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """When a layer of four or more proposers goes on without those who are late.

    Attributes:
        share: Of the proposers that have not failed, how many must have answered, 0 to
            1; never fewer than two.
        floor: Everybody is waited for so long after that, as a share of the time that
            the quorum took.
        ceiling: Whoever will probably end within this share of that time is waited for.
        by_progress: Whether that is foreseen; else the floor is all there is.
    """

    share: float = 2 / 3
    floor: float = 0.1
    ceiling: float = 1.0
    by_progress: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ConfigError(
                f"A quorum is more than 0 and at most 1 of the proposers, "
                f"not {self.share:g}."
            )
        if not 0 <= self.floor <= self.ceiling <= LONGEST_PATIENCE:
            raise ConfigError(
                "The patience of a quorum is 0 or more, its ceiling no less than its "
                f"floor and at most {LONGEST_PATIENCE:g}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hedging:
    """When a second request is made for an answer of which nothing has come yet.

    Attributes:
        times: After so many times what its model usually needs to its first content.
        at_least_s: Never before so many seconds.
        proposers: Whether proposers are hedged as well as the aggregator.
    """

    times: float = 3.0
    at_least_s: float = 2.0
    proposers: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.times <= LONGEST_PATIENCE:
            raise ConfigError(
                f"Hedging waits 1 to {LONGEST_PATIENCE:g} times the usual time, "
                f"not {self.times:g}."
            )
        if not 0 < self.at_least_s <= LONGEST_HEDGE_S:
            raise ConfigError(
                f"Hedging waits more than 0 and at most {LONGEST_HEDGE_S:g} seconds, "
                f"not {self.at_least_s:g}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class FastStart:
    """How the answer begins before the drafts are complete.

    Attributes:
        way: ``chunks``: the aggregator reads the drafts piece by piece, and goes on
            with its text after each; ``provisional``: it answers from the beginnings of
            the drafts, and looks at its answer again when they are complete.
        chunk_tokens: How much of every draft it reads first, in estimated tokens.
    """

    way: FastStartWay = "chunks"
    chunk_tokens: int = 32

    def __post_init__(self) -> None:
        if self.way not in FAST_START_WAYS:
            raise ConfigError(
                f"A fast start is by chunks or provisional, not {self.way}."
            )
        if not LEAST_CHUNK_TOKENS <= self.chunk_tokens <= MOST_CHUNK_TOKENS:
            raise ConfigError(
                f"A fast start reads {LEAST_CHUNK_TOKENS} to {MOST_CHUNK_TOKENS} "
                f"tokens first, not {self.chunk_tokens}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyExit:
    """When further layers are left out.

    Attributes:
        agreement: Every proposal of a layer is at least so like the others, 0 to 1, and
            no two contradict each other.
    """

    agreement: float = 0.35

    def __post_init__(self) -> None:
        if not 0 < self.agreement <= 1:
            raise ConfigError(
                "An early exit needs an agreement of more than 0 and at most 1, "
                f"not {self.agreement:g}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Auto:
    """When the others are asked at all: the aggregator answers first, by itself.

    The cheapest proposer of the first layer gives a second opinion, one of another
    maker's model if there is one. Without layers there is nobody else to ask.

    Attributes:
        threshold: From this doubt on, 0 to 1, the others are asked; ``None`` for what
            the user's votes have taught, and the documented one until there are enough.
    """

    threshold: float | None = None

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise ConfigError(
                f"The threshold of Auto is 0 to 1, not {self.threshold:g}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a mixture saves time and money. ``None`` is off."""

    quorum: Quorum | None = None
    hedging: Hedging | None = None
    fast_start: FastStart | None = None
    early_exit: EarlyExit | None = None
    auto: Auto | None = None

    def __post_init__(self) -> None:
        if self.auto and self.fast_start and self.fast_start.way == "provisional":
            raise ConfigError(
                "Auto and a provisional fast start both answer first: choose one of "
                "them."
            )


THOROUGH: Final = Pace()
"""Waits for everybody, and asks everybody."""
