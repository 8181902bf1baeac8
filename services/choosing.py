"""Suggests models for a mixture from what experiments and votes have told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from moa_core.evaluation import FEWEST_QUESTIONS, Known, ModelRecord, Tally, likenesses
from moa_core.experiments import model_records, voted_comparisons
from moa_core.mixture import AgentSpec, MoAConfig
from moa_core.votes import Contestant, Score, expected_win_rate, score_contestants
from storage.database import Database
from storage.evaluation import Ballots, ExperimentOfModels, ModelEvidence, votes_of
from storage.votes import Votes

VOTES: Final = ""
"""In the place of a judge: blind votes in experiments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Comparisons with one opponent, by one judge; or all votes of the scoreboard.

    Attributes:
        opponent: The mixture that all models are compared with; ``None`` of the
            scoreboard, where each meets whoever it was put against.
        judge: ``endpoint/model``; ``VOTES`` for votes.
        comparisons: How many there are.
        experiments: Where they come from.
    """

    opponent: MoAConfig | None
    judge: str
    comparisons: int
    experiments: tuple[ExperimentOfModels, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidates:
    """The models that a source tells of.

    Attributes:
        known: What is known of them, by ``endpoint/model``.
        agents: How each is asked, by the same name.
    """

    known: Known
    agents: Mapping[str, AgentSpec]


class Choosing:
    """Finds out what is known of models."""

    def __init__(self, database: Database, votes: Votes) -> None:
        self._database, self._votes = database, votes
        self._evidence, self._ballots = ModelEvidence(database), Ballots(database)

    def sources(self) -> list[Source]:
        """All that tell of models, that with the most comparisons first."""
        grouped: dict[tuple[MoAConfig, str, str], list[ExperimentOfModels]] = {}
        for each in self._evidence.experiments():
            protocol = each.protocol
            if each.judged and protocol.judge:
                told_by = protocol.judge.ref, protocol.prompt.sha256
                grouped.setdefault((protocol.mixture, *told_by), []).append(each)
            if each.voted:
                grouped.setdefault((protocol.mixture, VOTES, ""), []).append(each)
        found = [
            Source(
                opponent=mixture,
                judge=judge,
                comparisons=sum(e.judged if judge else e.voted for e in of_both),
                experiments=tuple(of_both),
            )
            for (mixture, judge, _), of_both in grouped.items()
        ]
        if decided := self._decided_votes():
            found.append(Source(opponent=None, judge=VOTES, comparisons=decided))
        return sorted(found, key=lambda each: -each.comparisons)

    def candidates(self, source: Source) -> Candidates:
        """What a source tells of each model.

        Raises:
            NotFoundError: An experiment of it was deleted meanwhile.
        """
        if source.opponent is None:
            return self._of_scoreboard()
        records = self._records(source, source.opponent)
        quality = {
            model: rate
            for model, record in records.items()
            if (rate := record.alone.rate) is not None
            and record.alone.n >= FEWEST_QUESTIONS
        }
        likeness = likenesses(self._evidence.answers(records, source.opponent))
        agents = {agent.ref: agent for agent in reversed(source.opponent.agents)}
        known = Known(records=records, quality=quality, likeness=likeness)
        return Candidates(known, agents)

    def _records(self, source: Source, opponent: MoAConfig) -> dict[str, ModelRecord]:
        uids = [each.uid for each in source.experiments]
        if source.judge == VOTES:
            compared = voted_comparisons(votes_of(self._ballots.of(u)) for u in uids)
        else:
            prompt = source.experiments[0].protocol.prompt.sha256
            compared = self._evidence.judged(uids, source.judge, prompt)
        return model_records(opponent, compared, self._evidence.mean_costs(uids))

    def _of_scoreboard(self) -> Candidates:
        scores = self._scores()
        records = {
            ref: ModelRecord(alone=Tally(score.wins, score.ties, score.losses))
            for ref, score in scores.items()
        }
        quality = {
            ref: expected_win_rate(score.strength)
            for ref, score in scores.items()
            if score.strength is not None and score.decided >= FEWEST_QUESTIONS
        }
        likeness = likenesses(self._evidence.answers(records))
        known = Known(records=records, quality=quality, likeness=likeness)
        agents = {
            ref: score.contestant.config.aggregator for ref, score in scores.items()
        }
        return Candidates(known, agents)

    def _decided_votes(self) -> int:
        """How many votes tell of a model that answered alone."""
        votes = [stored.vote for stored in self._votes.all()]
        met = {side.contestant for vote in votes for side in vote.sides}
        alone = {each for each in met if _is_alone(each)}
        decided = (vote for vote in votes if vote.verdict != "both_bad")
        return sum(
            any(side.contestant in alone for side in vote.sides) for vote in decided
        )

    def _scores(self) -> dict[str, Score]:
        """Those of models that answered alone; of several settings the most voted."""
        scores = score_contestants(stored.vote for stored in self._votes.all())
        alone = [score for score in scores if _is_alone(score.contestant)]
        by_votes = sorted(alone, key=lambda score: score.decided)
        return {score.contestant.config.aggregator.ref: score for score in by_votes}


def _is_alone(contestant: Contestant) -> bool:
    """Whether it is a model that has read no other's answer."""
    return contestant == Contestant.alone(contestant.config.aggregator)
