"""Fills a database with an experiment whose models were compared, and asks nobody.

It is what a runner would have left, row by row, in a hundredth of the time.
"""

import random
from itertools import product

from sqlalchemy import insert, select

from moa_core.experiments import MIXTURE, Protocol, arms_of_models, arms_without
from moa_core.mixture import AgentSpec, MoAConfig, agent_to_dict
from storage.database import Database
from storage.evaluation import Experiments, NewQuestion
from storage.presets import config_id
from storage.schema import (
    CallRow,
    CallTextRow,
    ConversationRow,
    ExperimentAnswerRow,
    JudgementRow,
    RunRow,
    TurnRow,
)
from storage.values import new_uid, now_ms

JUDGE = AgentSpec.from_ref("lab/judge")
WORDS = (
    "river", "light", "signal", "garden", "theory", "market", "winter", "engine",
    "paper", "window", "memory", "water", "history", "energy", "measure", "music",
)  # fmt: skip


def all_arms(mixture: MoAConfig) -> tuple[str, ...]:
    """The arms that compare the models of a mixture."""
    of_models = [arm for each in "PW" for arm in arms_of_models(mixture, each)]
    return tuple(sorted({"A", MIXTURE, *of_models, *arms_without(mixture)}))


def compare_models(
    database: Database,
    mixture: MoAConfig,
    count: int,
    *,
    best: str = "",
    arms: tuple[str, ...] | None = None,
    without: str = "",
    seed: int = 0,
) -> str:
    """An experiment of ``count`` questions, answered and judged; its uid.

    Args:
        database: Where it goes.
        mixture: Its arm B.
        count: How many questions it has.
        best: The arm that wins four in five against the mixture; others two in five.
        arms: Those that are compared; ``None`` for all that tell of models.
        without: An arm that is not compared.
        seed: Of texts and outcomes.
    """
    arms = arms or tuple(arm for arm in all_arms(mixture) if arm != without)
    protocol = Protocol(
        mixture=mixture,
        arms=arms,
        judge=JUDGE,
        primary=MIXTURE + next(arm for arm in arms if arm != MIXTURE),
        questions=count,
    )
    asked = [NewQuestion(question=f"Question {seed}.{n}?") for n in range(count)]
    uid = Experiments(database).create(f"Models, {count}", protocol, asked)
    with database.writing() as session:
        filler = _Filler(session, protocol, best, seed)
        turns = session.scalars(
            select(TurnRow)
            .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
            .where(ConversationRow.uid == uid)
        ).all()
        for number, turn in enumerate(turns):
            filler.add(turn, number)
        session.execute(insert(ExperimentAnswerRow), filler.answers)
        session.execute(insert(JudgementRow), filler.judgements)
    return uid


class _Filler:
    def __init__(self, session, protocol, best, seed):
        self.session, self.protocol, self.best = session, protocol, best
        self.dice = random.Random(seed)
        self.config_id = config_id(session, protocol.mixture)
        self.answers, self.judgements = [], []

    def add(self, turn, number):
        """A question: one run with its proposals, its arms, and what the judge said."""
        now = now_ms()
        run = RunRow(
            uid=new_uid(), conversation_id=turn.conversation_id, turn_id=turn.id,
            config_id=self.config_id, status="succeeded", worker="filler",
            heartbeat_at=now, created_at=now, finished_at=now,
        )  # fmt: skip
        self.session.add(run)
        self.session.flush()
        first = self.protocol.mixture.layers[0].proposers
        calls = [
            self._call(run, agent, place, "proposer")
            for place, agent in enumerate(first)
        ]
        written = self._call(run, self.protocol.mixture.aggregator, 0, "aggregator")
        for arm in self.protocol.arms:
            call_id = calls[int(arm[1:]) - 1] if arm[0] == "P" else written
            cost = 3_000_000 if arm == MIXTURE else 2_000_000
            self.answers.append(
                {"turn_id": turn.id, "arm": arm, "run_id": run.id, "call_id": call_id,
                 "characters": 100, "cost_nusd": cost, "duration_ms": 1000}
            )  # fmt: skip
        for pair, ours_first in product(self.protocol.pairs, (True, False)):
            ours_wins = self.ours_wins(number, pair)
            self.judgements.append(
                {"turn_id": turn.id, "pair": pair, "ours_first": ours_first,
                 "judge": JUDGE.ref, "prompt_sha256": self.protocol.prompt.sha256,
                 "run_id": run.id, "clearly": False,
                 "better": "first" if ours_wins == ours_first else "second"}
            )  # fmt: skip

    def ours_wins(self, number, pair):
        """Whether the mixture wins: the same in both orders."""
        share = 0.2 if pair == MIXTURE + self.best else 0.6
        return (7 * number + len(pair) + ord(pair[-1])) % 10 < 10 * share

    def _call(self, run, agent, position, role):
        params = agent_to_dict(agent)
        call = CallRow(
            run_id=run.id, layer_index=int(role == "aggregator"), position=position,
            attempt=1, role=role, endpoint=params.pop("endpoint"),
            model_requested=params.pop("model"), params=params, status="succeeded",
            usage_source="none", cost_source="provider", cost_nusd=1_000_000,
            started_ms=0,
        )  # fmt: skip
        self.session.add(call)
        self.session.flush()
        text = " ".join(self.dice.choices(WORDS, k=30))
        self.session.add(CallTextRow(call_id=call.id, output=text, reasoning=""))
        return call.id
