"""Names the arms of an experiment, and says which of them a mixture allows."""

from typing import Final, TypeAlias

from moa_core.mixture import MoAConfig, Seat

Arm: TypeAlias = str
"""``A`` the aggregator alone, ``B`` the mixture, ``C`` one model in every seat, ``D``
with drafts of another question, ``M`` another mixture. With numbers from 1: ``E2``
without seat 2 of the last layer, ``E1.2`` without seat 2 of layer 1; ``P2`` the model
of seat 2 of layer 1 alone, ``P3.2`` that of seat 2 of layer 3; ``W2``, ``W3.2`` written
by that model.
"""

MIXTURE: Final[Arm] = "B"
ALONE, ONE_MODEL, PLACEBO, OTHER = "A", "C", "D", "M"
WITHOUT, PROPOSAL, WRITER = "E", "P", "W"
"""Letters of the arms that name a seat."""

BASELINE: Final[Arm] = "R"
"""The recorded answer that a benchmark gives with a question; nobody is asked."""

WHOLE: Final = (MIXTURE, ONE_MODEL, OTHER)
"""Arms that ask all their proposers themselves."""


def arms_without(mixture: MoAConfig) -> tuple[Arm, ...]:
    """Arms that leave one seat of the last layer out; none if it has one only."""
    last = mixture.layers[-1].proposers if mixture.layers else ()
    seats = range(1, len(last) + 1) if len(last) > 1 else ()
    return tuple(f"{WITHOUT}{number}" for number in seats)


def arms_without_earlier(mixture: MoAConfig) -> tuple[Arm, ...]:
    """The same for layers before the last; the layers after it are asked again."""
    return tuple(
        f"{WITHOUT}{layer_number}.{number}"
        for layer_number, layer in enumerate(mixture.layers[:-1], 1)
        if len(layer.proposers) > 1
        for number in range(1, len(layer.proposers) + 1)
    )


def arms_of_models(mixture: MoAConfig, letter: str) -> tuple[Arm, ...]:
    """Arms ``P1`` ... or ``W1`` ...: each model once, but for the aggregator.

    What the aggregator writes alone, and as aggregator, is in ``A`` and ``B``.
    """
    seats: dict[str, str] = {}
    for layer_number, layer in enumerate(mixture.layers, 1):
        where = "" if layer_number == 1 else f"{layer_number}."
        for number, agent in enumerate(layer.proposers, 1):
            if agent.ref != mixture.aggregator.ref:
                seats.setdefault(agent.ref, f"{where}{number}")
    return tuple(f"{letter}{seat}" for seat in seats.values())


def possible_arms(mixture: MoAConfig) -> frozenset[Arm]:
    """All arms that an experiment with this mixture can have."""
    return frozenset(
        (
            *(ALONE, MIXTURE, ONE_MODEL, PLACEBO, OTHER),
            *arms_without(mixture),
            *arms_without_earlier(mixture),
            *arms_of_models(mixture, PROPOSAL),
            *arms_of_models(mixture, WRITER),
        )
    )


def seat_of_arm(mixture: MoAConfig, arm: Arm) -> Seat:
    """The seat that ``E2``, ``E1.2``, ``P2`` or ``W3.2`` is about."""
    letter, *numbers = arm[0], *map(int, arm[1:].split("."))
    if len(numbers) > 1:
        return Seat(numbers[0] - 1, numbers[1] - 1)
    layer_index = len(mixture.layers) - 1 if letter == WITHOUT else 0
    return Seat(layer_index, numbers[0] - 1)
