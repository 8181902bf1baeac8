"""Measures the page of an experiment's result: 500 questions in four arms."""

import os
import random
import tempfile
import time
from itertools import product
from typing import Final
from unittest.mock import patch

from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

import services
from bench.figures import Figures, say
from moa_core.evaluation.statistics import interval
from moa_core.experiments import Protocol
from moa_core.messages import Question
from moa_core.mixture import AgentSpec
from moa_core.mixture.shipped import DEFAULT_PRESET
from storage.evaluation import NewQuestion
from storage.schema import (
    BallotRow,
    CallRow,
    ExperimentAnswerRow,
    JudgementRow,
    RunRow,
    TurnRow,
)
from storage.values import new_uid
from tests.browser.app.running_app import ROOT

QUESTIONS: Final = 500
MIXTURE: Final = DEFAULT_PRESET.config
PROTOCOL: Final = Protocol(
    mixture=MIXTURE,
    arms=("A", "B", "C", "D"),
    one_model=MIXTURE.aggregator,
    judge=AgentSpec.from_ref("simulated/brief"),
    questions=QUESTIONS,
)


def measure_evaluation() -> Figures:
    """The first look at a result: no interval of it was computed before."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "DATABASE_URL": f"sqlite:///{folder}/polyphony.db",
            "POLYPHONY_LOCAL_SERVERS": "off",
            "POLYPHONY_DEMO_MODELS": "off",
            "POLYPHONY_REMEMBER_KEYS": "file",
            "POLYPHONY_SIMULATED_PACE": "0",
        }
        with patch.dict(os.environ, environment):
            took_s = _look_at_result()
    say(f"evaluation: {1000 * took_s:.0f} ms of processor for the page of a result")
    return {"evaluation_page_ms": 1000 * took_s}


def _look_at_result() -> float:
    """Seconds of processor for the page, loaded, computed and drawn."""
    app = services.services()
    try:
        uid = _experiment(app)
        page = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=120)
        page.query_params["e"], page.query_params["view"] = uid, "votes"
        page.switch_page("evaluate.py").run()  # what it needs is imported now
        interval._interval.cache_clear()
        page.query_params["view"] = "result"
        began = time.process_time()
        page.run()
        took_s = time.process_time() - began
        assert not page.exception
        assert page.subheader, "no result is drawn"
        return took_s
    finally:
        services.close_services()


def _experiment(app: services.Services) -> str:
    """All is answered and judged, and every other question voted on, by a draw."""
    begun = app.asking().start_question(Question("Why?"), MIXTURE)
    while app.live.get(begun.run_uid):
        time.sleep(0.01)
    asked = [NewQuestion(question=f"Question {n}?") for n in range(QUESTIONS)]
    uid = app.experimenting.experiments.create("500", PROTOCOL, asked)
    names = [item.id for item in app.experimenting.experiments.load(uid).items]
    with app.database.writing() as session:
        run = session.scalars(select(RunRow)).one()
        call_id = session.scalars(select(CallRow.id).limit(1)).one()
        turns = session.scalars(select(TurnRow.id).where(TurnRow.uid.in_(names))).all()
        _settle(session, list(turns), run.id, call_id)
    return uid


def _settle(session: Session, turns: list[int], run_id: int, call_id: int) -> None:
    dice = random.Random(3)
    judge = PROTOCOL.judge
    assert judge
    for turn, arm in product(turns, PROTOCOL.arms):
        session.add(
            ExperimentAnswerRow(
                turn_id=turn, arm=arm, run_id=run_id, call_id=call_id,
                characters=dice.randint(200, 4000), cost_nusd=dice.randint(1, 10**6),
                duration_ms=dice.randint(1000, 9000),
            )
        )  # fmt: skip
    for turn, pair, first in product(turns, PROTOCOL.pairs, (True, False)):
        session.add(
            JudgementRow(
                turn_id=turn, pair=pair, ours_first=first, judge=judge.ref,
                prompt_sha256=PROTOCOL.prompt.sha256, run_id=run_id, kind="facts",
                better=dice.choice(("first", "second", "same")), clearly=True,
            )
        )  # fmt: skip
    for turn in turns[::2]:
        verdict = dice.choice(("first", "second", "tie"))
        session.add(
            BallotRow(
                uid=new_uid(), turn_id=turn, pair="BA", ours_first=True,
                verdict=verdict, created_at=0,
            )
        )  # fmt: skip
