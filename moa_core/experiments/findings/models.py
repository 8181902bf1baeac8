"""Adds up what experiments say of single models: alone, as aggregator, as proposer."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from moa_core.evaluation import ALPHA, LOST, ModelRecord, Tally
from moa_core.experiments.arm_names import (
    ALONE,
    MIXTURE,
    PROPOSAL,
    WITHOUT,
    WRITER,
    Arm,
    seat_of_arm,
)
from moa_core.experiments.arms import as_aggregator
from moa_core.experiments.findings.result import Votes
from moa_core.mixture import AgentSpec, Layer, MoAConfig

_ABILITIES: Final = (ALONE, PROPOSAL, WITHOUT, WRITER)


@dataclass(frozen=True, slots=True)
class Comparisons:
    """What a judge, or votes, say of a mixture and what it was compared with.

    Attributes:
        tallies: How often the mixture won, tied and lost, by arm.
        lost: Each question on which it lost, with the arm that won.
    """

    tallies: Mapping[Arm, Tally]
    lost: Collection[tuple[str, Arm]]


def voted_comparisons(votes: Iterable[Votes]) -> Comparisons:
    """What blind votes say."""
    outcomes: dict[Arm, list[float]] = defaultdict(list)
    lost: list[tuple[str, Arm]] = []
    for each in votes:
        for (question, pair), said in each.counted.items():
            arm = pair.removeprefix(MIXTURE)
            outcomes[arm].append(said)
            if said == LOST:
                lost.append((question, arm))
    return Comparisons({arm: Tally.of(said) for arm, said in outcomes.items()}, lost)


def agent_of_arm(mixture: MoAConfig, arm: Arm) -> AgentSpec | None:
    """The model that an arm tells something of; ``None`` of other arms.

    A seat of an earlier layer is not counted for a model that sits in the last, too.
    """
    if arm == ALONE:
        return mixture.aggregator
    if arm[0] not in _ABILITIES:
        return None
    seat = seat_of_arm(mixture, arm)
    agent = mixture.layers[seat.layer_index].proposers[seat.position]
    if arm.startswith(WITHOUT) and seat.layer_index < len(mixture.layers) - 1:
        last = {each.ref for each in mixture.layers[-1].proposers}
        return None if agent.ref in last else agent
    return agent


def model_records(
    mixture: MoAConfig, compared: Comparisons, usd: Mapping[Arm, float]
) -> dict[str, ModelRecord]:
    """What is known of each model of a mixture, by ``endpoint/model``.

    Args:
        mixture: Arm B, the common opponent.
        compared: What is known, by one judge or by votes.
        usd: Mean cost of an answer by arm; unknown ones are left out.
    """
    agents = (mixture.aggregator, *(a for la in mixture.layers for a in la.proposers))
    arms: dict[str, dict[str, list[Arm]]] = {
        agent.ref: {letter: [] for letter in _ABILITIES} for agent in agents
    }
    for arm in compared.tallies:
        if agent := agent_of_arm(mixture, arm):
            arms[agent.ref][arm[0]].append(arm)
    left_out = sum(len(of_model[WITHOUT]) for of_model in arms.values())
    only = _only_winners(mixture, compared.lost)

    def added(of_model: Iterable[Arm]) -> Tally:
        tallies = [compared.tallies[arm] for arm in of_model]
        return Tally(
            wins=sum(tally.wins for tally in tallies),
            ties=sum(tally.ties for tally in tallies),
            losses=sum(tally.losses for tally in tallies),
        )

    return {
        ref: ModelRecord(
            alone=_turned(added(by_ability[ALONE] + by_ability[PROPOSAL])),
            as_aggregator=_turned(added(by_ability[WRITER])),
            left_out=added(by_ability[WITHOUT]).win_rate(ALPHA / left_out)
            if by_ability[WITHOUT]
            else None,
            only_winner=only[ref],
            saves_usd=_saved(by_ability[WITHOUT], usd),
        )
        for ref, by_ability in arms.items()
    }


def _turned(tally: Tally) -> Tally:
    """As the other side sees it."""
    return Tally(wins=tally.losses, ties=tally.ties, losses=tally.wins)


def _only_winners(mixture: MoAConfig, lost: Iterable[tuple[str, Arm]]) -> Counter[str]:
    """By model: questions on which it won alone, and no other model did."""
    winners: dict[str, set[str]] = defaultdict(set)
    for question, arm in lost:
        agent = agent_of_arm(mixture, arm)
        if agent and arm[0] in (ALONE, PROPOSAL):
            winners[question].add(agent.ref)
    return Counter(next(iter(refs)) for refs in winners.values() if len(refs) == 1)


def _saved(arms: Iterable[Arm], usd: Mapping[Arm, float]) -> float | None:
    """What a question costs less without a model; ``None`` if a cost is unknown."""
    whole, without = usd.get(MIXTURE), [usd.get(arm) for arm in arms]
    known = [each for each in without if each is not None]
    if whole is None or not known or len(known) < len(without):
        return None
    return sum(whole - each for each in known) / len(known)


def mixture_of(
    proposers: Sequence[AgentSpec], writer: AgentSpec, base: MoAConfig
) -> MoAConfig:
    """A mixture like ``base``, with these proposers in each layer, written by another.

    Args:
        proposers: In each of as many layers as ``base`` has.
        writer: The model in the aggregator's place, with that one's settings.
        base: What it is like in all the rest.
    """
    layers = (Layer(tuple(proposers)),) * max(1, len(base.layers))
    aggregator = as_aggregator(base, writer)
    fallbacks = tuple(each for each in base.fallbacks if each.ref != aggregator.ref)
    return replace(base, layers=layers, aggregator=aggregator, fallbacks=fallbacks)
