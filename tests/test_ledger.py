"""What is stored of the cost of calls is what their servers reported, to the last unit.

Real calls, the app's own wiring, and a database that is asked in SQL.
"""

import json
import shutil
import sqlite3
import time
from decimal import Decimal

import pytest

from moa_core.messages import Question
from moa_core.mixture.shipped import mixture_from_refs
from moa_core.settings import Settings
from services import build_services
from tests.model_server import Play

INPUT, OUTPUT = Decimal("0.123"), Decimal("7.657")
"""US dollars per million tokens: each token is a whole number of nano-dollars."""


def counts(prompt, completion, cached=0, **more):
    details = {"prompt_tokens_details": {"cached_tokens": cached}}
    total = prompt + completion
    figures = {"prompt_tokens": prompt, "completion_tokens": completion}
    return {**figures, "total_tokens": total, **details, **more}


def event(content=None, finish=None, **more):
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice], **more})}\n\n".encode()


def error(message, usage):
    body = {"error": {"message": message}, "usage": usage}
    return f"data: {json.dumps(body)}\n\n".encode()


PLAYS = {
    "whole": (Play(usage=counts(1001, 77, 900)), [(1001, 77)]),
    "cut": (Play(usage=counts(1003, 50), finish="MAX_TOKENS"), [(1003, 50)]),
    "withheld": (Play(usage=counts(5003, 707), finish="SAFETY"), [(5003, 707)]),
    "unknown": (Play(usage=counts(11, 7), finish="zzz"), [(11, 7)]),
    "used-up": (
        Play(pieces=(), usage=counts(120, 2048), finish="length"),
        [(120, 2048)],
    ),
    "empty": (Play(pieces=("\u200b",), usage=counts(13, 1)), [(13, 1)] * 3),
    "broken": (
        Play(finish="network_error", usage=counts(17, 5), times=2),
        [(17, 5)] * 2 + [(11, 7)],
    ),
    "errors": (
        Play(wire=[event("half "), error("server_error", counts(19, 3))], times=1),
        [(19, 3), (11, 7)],
    ),
    "grows": (
        Play(wire=[event("half ", usage=counts(23, n)) for n in range(1, 4)], times=1),
        [(23, 3), (11, 7)],
    ),
    "refused": (
        Play(
            status=400, body={"error": {"message": "flagged"}, "usage": counts(29, 0)}
        ),
        [(29, 0)],
    ),
    "refused-freely": (Play(status=401, body={"error": {"message": "bad key"}}), []),
}
"""By model: what it does, and what it reports of its calls' tokens in and out."""


@pytest.mark.slow
def test_the_ledger_is_the_sum_of_what_servers_reported(
    tmp_path, model_server, new_file
):
    model_server.plays |= {model: play for model, (play, _) in PLAYS.items()}
    rows = _calls_of_run(tmp_path, model_server, new_file)
    for model, (_, reported) in PLAYS.items():
        costs = [cost for name, cost in rows if name == model and cost]
        assert costs == [_nano_usd(*each) for each in reported], model
    everything = [each for _, calls in PLAYS.values() for each in calls]
    assert sum(cost for _, cost in rows) == sum(_nano_usd(*each) for each in everything)


def _nano_usd(input_tokens, output_tokens):
    return int(input_tokens * INPUT * 1000 + output_tokens * OUTPUT * 1000)


def _calls_of_run(tmp_path, model_server, new_file):
    """The models of all proposers' calls, and what they have cost in nano-dollars."""
    path = tmp_path / "polyphony.db"
    shutil.copy(new_file, path)
    refs = tuple(f"lab/{model}" for model in PLAYS)
    app = build_services(
        Settings.from_mapping(
            {
                "DATABASE_URL": f"sqlite:///{path}",
                "POLYPHONY_ENDPOINTS": f"lab={model_server.url}",
                "POLYPHONY_LOCAL_SERVERS": "off",
                "POLYPHONY_PRICES": ";".join(f"{ref}={INPUT}/{OUTPUT}" for ref in refs),
            }
        )
    )
    try:
        config = mixture_from_refs(refs, aggregator="lab/chief")
        begun = app.asking().start_question(Question("Why?"), config)
        ends = time.monotonic() + 30
        while app.live.get(begun.run_uid):
            assert time.monotonic() < ends, "the run never ended"
            time.sleep(0.01)
    finally:
        app.close()
    with sqlite3.connect(path) as database:
        return database.execute(
            "select model_requested, cost_nusd from calls "
            "where model_requested <> 'chief' order by id"
        ).fetchall()
