"""Experiments on a model server, in the database of an app."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.process import BaseProcess

from moa_core.experiments import Ended, Protocol, questions_of
from moa_core.mixture import AgentSpec
from moa_core.mixture.shipped import mixture_from_refs
from moa_core.settings import Settings
from services import Services, build_services
from storage.evaluation import NewQuestion
from tests.model_server import ModelServer, Play
from tests.support.fork_server import start

MIXTURE = mixture_from_refs(("lab/a", "lab/b", "lab/c"), aggregator="lab/chief")
ALL_ARMS = ("A", "B", "C", "D")
USAGE = {"prompt_tokens": 200, "completion_tokens": 400, "total_tokens": 600}


def settings_of(url: str, server_url: str, **more: str) -> Settings:
    """An app on a database, with one endpoint whose prices are known."""
    models = ("a", "b", "c", "chief", "judge")
    prices = ";".join(f"lab/{model}=1/4" for model in models)
    return Settings.from_mapping(
        {
            "DATABASE_URL": url,
            "POLYPHONY_ENDPOINTS": f"lab={server_url}",
            "POLYPHONY_LOCAL_SERVERS": "off",
            "POLYPHONY_PRICES": prices,
            **more,
        }
    )


def let_answer(server: ModelServer, pause_s: float = 0.0) -> None:
    """Models name themselves and what they were sent; the judge prefers by a hash."""
    for model in "a", "b", "c", "chief":
        server.plays[model] = Play(writes=_answer, headers_after_s=pause_s, usage=USAGE)
    server.plays["judge"] = Play(
        writes=_judgement, headers_after_s=pause_s, usage=USAGE
    )


def _answer(body: dict[str, Sequence[dict[str, str]]]) -> str:
    said = "|".join(message["content"] for message in body["messages"])
    return f"{body['model']} says {hashed(said)[:12]}."


def _judgement(body: dict[str, Sequence[dict[str, str]]]) -> str:
    parts = body["messages"][1]["content"].split("<answer-")[1:]
    if not parts[0].startswith("1-"):  # one answer is graded
        graded = parts[-1].split(">\n")[1].split("\n</answer")[0]
        return json.dumps({"reason": "so", "score": 1 + int(hashed(graded), 16) % 10})
    first, second = (part.split(">\n")[1].split("\n</answer")[0] for part in parts)
    better = "1" if hashed(first) > hashed(second) else "2"
    said = {"reason": "so", "better": better, "clearly": True, "kind": "facts"}
    return json.dumps(said)


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def protocol(questions: int, **more: object) -> Protocol:
    """A, B, C and D, by a judge that is priced."""
    judge = AgentSpec(endpoint="lab", model="judge", temperature=0.0, max_tokens=400)
    settings = {"mixture": MIXTURE, "arms": ALL_ARMS, "judge": judge, **more}
    if "C" in settings["arms"]:
        settings["one_model"] = MIXTURE.layers[0].proposers[0]
    return Protocol(questions=questions, yardstick="judge alone", **settings)


def begin(app: Services, questions: int, **more: object) -> str:
    """An experiment on made-up questions; its uid."""
    asked = [NewQuestion(question=f"Question {n}?") for n in range(questions)]
    experiments = app.experimenting.experiments
    return experiments.create("Does it help?", protocol(questions, **more), asked)


def begin_mt_bench(app: Services, questions: int, **more: object) -> str:
    """A run of MT-Bench on some of its questions; its uid."""
    found = questions_of("mt_bench")
    items = found.drawn(questions, seed=5)
    judge = AgentSpec(endpoint="lab", model="judge", temperature=0.0, max_tokens=400)
    made = found.protocol_for(items, "Mine", MIXTURE, judge)
    return app.experimenting.benchmarks.create("Mine", replace(made, **more), items)


def carry_out(app: Services, uid: str) -> Ended | None:
    """Work on an experiment to its end; why it ended."""
    current = app.experimenting.start(uid, app.asking())
    current.wait(120)
    return current.ended


def started(url: str, server_url: str, uid: str) -> BaseProcess:
    """A process that works on an experiment, until it is killed or done."""
    return start(_work, url, server_url, uid)


def _work(url: str, server_url: str, uid: str) -> None:
    app = build_services(settings_of(url, server_url))
    carry_out(app, uid)
    app.close()


def kill(process: BaseProcess) -> None:
    """End it without giving it a chance to say goodbye."""
    process.kill()
    process.join()


def wait_until_done(process: BaseProcess) -> None:
    """Wait until it has ended by itself, as it should."""
    process.join(120)
    assert process.exitcode == 0
