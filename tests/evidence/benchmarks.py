"""Runs benchmarks in the terminal against live servers, judged by a live judge."""

import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from moa_core.settings import TINY
from services.demo_models.server import MODEL
from tests.model_server import ModelServer, Play
from tests.real_model import llama

QUESTIONS: Final = 3
FEW: Final = 1
INSTRUCTIONS: Final = ("Why is the sky blue?", "What is a sonnet?", "What is rain?")
SKILLS: Final = ("Readability", "Logical Correctness", "Conciseness")
REAL_CONTEXT: Final = 8192
"""Of a second turn in MT-Bench, graded with both answers."""

MINUTES: Final = 20
"""Of one benchmark; on two quiet cores all three take less than five."""


async def check_benchmarks(_: object) -> tuple[bool, str]:
    """MT-Bench, FLASK and AlpacaEval over HTTP; each figure is what the judge said."""
    with ModelServer() as server:
        server.plays["judge"] = Play(writes=judged)
        for number, name in enumerate(("ada", "ben", "chief")):
            server.plays[name] = Play(pieces=["An answer.", *["More."] * number])
        chosen = "--proposer lab/ada lab/ben --aggregator lab/chief --judge lab/judge"
        endpoints = f"lab={server.base}/v1"
        found = await run_all(chosen.split(), endpoints, QUESTIONS)
        asked = len(server.requests)
    means = {name: told["overall"] for name, told in found.items()}
    skills = {
        name: each["mean"] for name, each in found["flask"]["groups"]["skill"].items()
    }
    wanted = 3 * (2 * 3 + 2) + 3 * (3 + 1) + 3 * (3 + 2)
    holds = (
        means["mt_bench"]["mean"] == 7.5  # 8 for the first turn, 7 for the second
        and skills == {"readability": 4, "correctness": 3, "conciseness": 5}
        and means["flask"] is None
        and means["alpaca"]["mean"] == 100
        and all(not told["unreadable"] for told in found.values())
        and asked == wanted
    )
    seen = (
        f"{QUESTIONS} questions each: MT-Bench {means['mt_bench']['mean']}, FLASK "
        f"{skills}, AlpacaEval {means['alpaca']['mean']} %; {asked} requests, wanted "
        f"{wanted}"
    )
    return holds, seen


async def check_real_benchmarks(_: object) -> tuple[bool, str]:
    """The same by llama.cpp, which also judges; what cannot be read is counted.

    All three side by side: its slots write several answers in hardly more time than
    one, and a tiny model writes until it reaches the limit of each.
    """
    threads = os.cpu_count() or 1
    with (
        llama.serving(slots=3, context_tokens=REAL_CONTEXT, threads=threads) as server,
        files() as paths,
    ):
        ref, endpoints = f"{TINY}/{MODEL}", f"{TINY}={server.base_url}"
        chosen = ["--aggregator", ref, "--judge", ref]
        runs = [
            run(name, [*chosen, *given], endpoints, FEW)
            for name, given in paths.items()
        ]
        found = dict(zip(paths, await asyncio.gather(*runs), strict=True))
    told = [
        f"{name}: {each['answers']} answered, {each['judged']} judged, "
        f"{each['unreadable']} unreadable"
        for name, each in found.items()
    ]
    whole = [
        each["answers"] == each["judged"] == each["answers_of"]
        for each in found.values()
    ]
    return all(whole), "; ".join(told)


async def run_all(
    chosen: list[str], endpoints: str, questions: int
) -> dict[str, dict[str, Any]]:
    """Run the three of them; the result of each, as JSON values."""
    with files() as paths:
        return {
            name: await run(name, [*chosen, *given], endpoints, questions)
            for name, given in paths.items()
        }


async def run(
    name: str, chosen: list[str], endpoints: str, questions: int
) -> dict[str, Any]:
    """Run one in a terminal of its own, and read what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "moa_core", "evaluate", "--benchmark", name,
            *chosen, "--n", str(questions), "--folder", f"{folder}/run", "--json",
            env={**os.environ, "POLYPHONY_ENDPOINTS": endpoints},
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(MINUTES * 60):
                printed, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode:
        raise AssertionError(f"{name} ended with {process.returncode}")
    result: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return result


@contextmanager
def files() -> Iterator[Mapping[str, list[str]]]:
    """What each needs to be given: MT-Bench's questions ship."""
    with tempfile.TemporaryDirectory() as folder:
        baseline, flask = Path(folder) / "baseline.jsonl", Path(folder) / "flask.jsonl"
        outputs = [
            {"instruction": each, "output": "Because.", "generator": "somebody"}
            for each in INSTRUCTIONS
        ]
        items = [
            {"idx": number, "instruction": each, "answer": "So.", "skill": SKILLS,
             "domain": ["Natural Science"], "difficulty": "simple lifestyle knowledge"}
            for number, each in enumerate(INSTRUCTIONS)
        ]  # fmt: skip
        for path, rows in ((baseline, outputs), (flask, items)):
            path.write_text("\n".join(map(json.dumps, rows)))
        yield {
            "mt_bench": [],
            "flask": ["--questions", str(flask)],
            "alpaca": ["--questions", str(baseline)],
        }


def judged(body: dict[str, Any]) -> str:
    """As judges reply: fenced, or with words around what was asked for."""
    asked = body["messages"][-1]["content"]
    if "Respects:" in asked:
        marks = zip(
            ("readability", "correctness", "conciseness"), (4, 3, 5), strict=True
        )
        scores = {name: {"reason": "so", "score": score} for name, score in marks}
        return f"```json\n{json.dumps({'scores': scores})}\n```"
    if answers := re.search(r"<answer-1-\w+>\n(.*?)\n</answer-1-", asked, re.DOTALL):
        ours = "1" if "An answer." in answers[1] else "2"
        return json.dumps({"reason": "longer", "better": ours, "clearly": False})
    score = 7 if asked.count("<question-") > 1 else 8
    return f'My verdict: {{"reason": "good", "score": {score}}}'
