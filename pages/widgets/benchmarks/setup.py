"""Sets up a run of a benchmark, says what it will cost and take, and starts it."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Final

import streamlit as st

from moa_core.errors import ConfigError
from moa_core.evaluation import MAX_FILE_BYTES
from moa_core.experiments import (
    BENCHMARK_TITLES,
    BENCHMARKS,
    MOST_QUESTIONS,
    BenchmarkName,
    BenchmarkProtocol,
    BenchmarkQuestions,
    Item,
    forecast_of,
    judge_task,
    questions_of,
)
from moa_core.mixture import AgentSpec, MoAConfig
from pages.widgets.benchmarks.address import BENCHMARK_RUNS, open_benchmark
from pages.widgets.evaluate import pick_judge, pick_prompt, pick_seed
from pages.widgets.formatting import counted, failure
from pages.widgets.mixture import Choice, preset_labels
from services.asking import Asking
from services.experimenting import Experimenting

USUAL: Final = 100
_MEGABYTE: Final = 1_000_000
_ABOUT: Final[dict[BenchmarkName, str]] = {
    "mt_bench": "80 questions of two turns, in eight categories; each answer is graded "
    "from 1 to 10. The questions ship with Polyphony (Apache-2.0, LMSYS).",
    "alpaca": "805 instructions; each answer is compared with a baseline's, in both "
    "orders. Bring the baseline's outputs: JSON with `instruction`, `output` and "
    "`generator`.",
    "flask": "1,740 instructions; each answer is graded from 1 to 5 in three of twelve "
    "skills. Bring `flask_evaluation.jsonl`.",
    "questions": "Your own questions; each answer is graded from 1 to 10. JSON Lines "
    "with a field `question`, CSV, or plain text with a blank line between questions.",
}


def new_benchmark(
    experimenting: Experimenting, asking: Asking, choices: list[Choice], refs: list[str]
) -> None:
    """Draw the form; nothing is asked before Start.

    Args:
        experimenting: Carries it out.
        asking: With the keys of this browser session.
        choices: Presets to choose from.
        refs: Models that can answer alone, and judge.
    """
    st.header("Run a benchmark", anchor=False)
    benchmark = _pick_benchmark()
    found, task = _pick_questions(benchmark), judge_task(benchmark)
    try:
        name, mixture = _pick_mixture(choices, refs)
        judge = pick_judge(BENCHMARK_RUNS.name, refs, mixture.agents, task)
        count, budget_usd = _pick_limits(found)
        prompt = pick_prompt(BENCHMARK_RUNS.name, task)
    except ConfigError as error:
        failure(st.container(key="benchmark-refused"), error)
        return
    seed = pick_seed(BENCHMARK_RUNS.name)
    begin = None
    if found:
        items = found.drawn(count, seed)
        protocol = replace(
            found.protocol_for(items, name, mixture, judge),
            prompt=prompt,
            seed=seed,
            budget_usd=budget_usd,
        )
        BENCHMARK_RUNS.price(forecast_of(protocol, items, asking.prices))
        begin = partial(_begin, experimenting, asking, protocol, items)
    BENCHMARK_RUNS.start_or_cancel(begin)


def _begin(
    experimenting: Experimenting,
    asking: Asking,
    protocol: BenchmarkProtocol,
    items: list[Item],
) -> None:
    asked = counted(protocol.questions, "question")
    title = f"{protocol.title}: {protocol.preset}, {asked}"
    uid = experimenting.benchmarks.create(title, protocol, items)
    open_benchmark(uid)
    experimenting.start(uid, asking)


def _pick_benchmark() -> BenchmarkName:
    benchmark = st.segmented_control(
        "Benchmark",
        BENCHMARKS,
        default=BENCHMARKS[0],
        required=True,
        format_func=BENCHMARK_TITLES.__getitem__,
        key="benchmark",
        wrap=True,
    )
    st.caption(_ABOUT[benchmark])
    return benchmark


def _pick_questions(benchmark: BenchmarkName) -> BenchmarkQuestions | None:
    """The questions that ship, or of a file; ``None`` as long as there are none.

    A file that cannot be used is told of with line and field.
    """
    if benchmark == "mt_bench":
        return questions_of(benchmark)
    file = st.file_uploader(
        "File",
        type=["jsonl", "json", *(["csv", "txt"] if benchmark == "questions" else [])],
        max_upload_size=MAX_FILE_BYTES // _MEGABYTE,
        key=f"benchmark-file-{benchmark}",
    )
    if file is None:
        return None
    try:
        found = questions_of(benchmark, file.getvalue(), file.name)
    except ConfigError as error:
        failure(st.container(key="benchmark-file-refused"), error)
        return None
    if found.duplicates:
        st.caption(
            f"{counted(found.duplicates, 'question')} came twice and count once."
        )
    return found


def _pick_mixture(choices: list[Choice], refs: list[str]) -> tuple[str, MoAConfig]:
    """Draw the choice of a preset, or of a model by itself.

    Returns:
        What it is called, and the mixture.
    """
    able = [each for each in choices if not each.missing]
    labels = {**preset_labels(able), **{ref: f"{ref} alone" for ref in refs}}
    presets = {each.id: each.preset for each in able}
    chosen = st.selectbox(
        "Answered by",
        list(labels),
        format_func=labels.__getitem__,
        help="A mixture, or a single model.",
        key="benchmark-mixture",
    )
    if chosen in presets:
        return presets[chosen].title, presets[chosen].config
    agent = AgentSpec.from_ref(chosen)
    return agent.ref, MoAConfig(layers=(), aggregator=agent)


def _pick_limits(found: BenchmarkQuestions | None) -> tuple[int | None, Decimal | None]:
    """Draw how many questions, once they are known, and what they may cost."""
    count = None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if found:
            available = min(len(found), MOST_QUESTIONS)
            count = st.number_input(
                f"Number of questions (up to {available:,})",
                1,
                available,
                min(USUAL, available),
                help="Drawn at random, so that you can stop early.",
                key=f"benchmark-questions-{found.benchmark}",
            )
        budget = st.number_input(
            "Budget (USD)",
            min_value=0.01,
            value=None,
            placeholder="No limit",
            help="It pauses before it could cost more. Caps in Settings hold as well.",
            key="benchmark-budget",
        )
    return count, None if budget is None else Decimal(str(budget))
