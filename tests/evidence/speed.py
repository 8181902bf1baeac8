"""Measures the page of a result of 500 questions in four arms, and what it imports."""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

import services
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
from tests.pages.app_page import SHELL, has

QUESTIONS: Final = 500
LIMIT_S: Final = 0.3
MIXTURE: Final = DEFAULT_PRESET.config
PROTOCOL: Final = Protocol(
    mixture=MIXTURE,
    arms=("A", "B", "C", "D"),
    one_model=MIXTURE.aggregator,
    judge=AgentSpec.from_ref("simulated/brief"),
    questions=QUESTIONS,
)
HEAVY: Final = ("numpy", "scipy")
_IMPORTS: Final = (
    f"import sys, pages.widgets.evaluate; print(*(set({HEAVY!r}) & set(sys.modules)))"
)


async def check_speed(_: Path | None) -> tuple[bool, str]:
    """The first look at a result: no interval of it was computed before."""
    took_s = await asyncio.to_thread(_look_at_result)
    imported = await asyncio.to_thread(_imported)
    seen = f"{1000 * took_s:.0f} ms of processor for the whole page of {QUESTIONS} "
    seen += (
        f"questions x {len(PROTOCOL.arms)} arms; imported of {' and '.join(HEAVY)}: "
    )
    return took_s < LIMIT_S and not imported, seen + (imported or "nothing")


def _imported() -> str:
    command = [sys.executable, "-c", _IMPORTS]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _look_at_result() -> float:
    """Seconds of processor for the page, loaded, computed and drawn."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/polyphony.db",
            "POLYPHONY_LOCAL_SERVERS": "off",
            "POLYPHONY_DEMO_MODELS": "off",
            "POLYPHONY_REMEMBER_KEYS": "file",
            "POLYPHONY_SIMULATED_PACE": "0",
        }
        app = services.services()
        try:
            uid = _experiment(app)
            page = AppTest.from_file(SHELL, default_timeout=120)
            page.query_params["e"], page.query_params["view"] = uid, "votes"
            page.switch_page("evaluate.py").run()  # what it needs is imported now
            interval._interval.cache_clear()
            page.query_params["view"] = "result"
            began = time.process_time()
            page.run()
            took_s = time.process_time() - began
            assert not page.exception
            assert has(page, "three-lines")
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
