"""Sets up a run of a benchmark, says what it will cost and take, and starts it."""

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Final

import streamlit as st

from moa_core.errors import ConfigError
from moa_core.evaluation import MAX_FILE_BYTES, may_judge
from moa_core.experiments import (
    BENCHMARK_TITLES,
    BENCHMARKS,
    MOST_QUESTIONS,
    BenchmarkName,
    BenchmarkProtocol,
    BenchmarkQuestions,
    Forecast,
    Item,
    forecast_of,
    judge_of,
    questions_of,
)
from moa_core.mixture import AgentSpec, MoAConfig
from moa_core.plan import may_think
from pages.widgets.benchmarks.address import open_benchmark
from pages.widgets.evaluate import duration_range
from pages.widgets.formatting import (
    SEPARATOR,
    attempt_at,
    counted,
    failure,
    figures,
    problem_at,
)
from pages.widgets.markdown import plain_label
from pages.widgets.mixture import Choice, preset_labels
from services.asking import Asking
from services.experimenting import Experimenting

USUAL: Final = 100
_HERE: Final = "new-benchmark"
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
    found = _pick_questions(_pick_benchmark())
    try:
        name, mixture = _pick_mixture(choices, refs)
        judge = _pick_judge(refs, mixture)
    except ConfigError as error:
        failure(st.container(key="benchmark-refused"), error)
        return
    count, budget_usd = _pick_limits(found)
    begin = None
    if found:
        items = found.drawn(count, 0)
        protocol = replace(
            found.protocol_for(items, name, mixture, judge), budget_usd=budget_usd
        )
        _price(forecast_of(protocol, items, asking.prices))
        begin = partial(_begin, experimenting, asking, protocol, items)
    problem_at(_HERE)
    with st.container(horizontal=True):
        st.button(
            "Start",
            key="start-benchmark",
            icon=":material/play_arrow:",
            type="primary",
            disabled=begin is None,
            on_click=attempt_at,
            args=(_HERE, begin),
        )
        st.button(
            "Cancel", key="leave-benchmark", on_click=open_benchmark, args=(None,)
        )


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


def _pick_judge(refs: list[str], mixture: MoAConfig) -> AgentSpec:
    """Draw the choice of a judge, unrelated models first.

    Raises:
        ConfigError: There is no model.
    """
    if not refs:
        raise ConfigError("There is no model that can judge. Connect one in Settings.")
    models = [agent.model for agent in mixture.agents]
    related = {
        ref: may_judge(AgentSpec.from_ref(ref).model, models) == "related"
        for ref in refs
    }
    ref = st.selectbox(
        "Judge",
        sorted(refs, key=related.__getitem__),
        format_func=lambda ref: f"{ref} (related)" if related[ref] else ref,
        key="benchmark-judge",
    )
    if related[ref]:
        name = plain_label(AgentSpec.from_ref(ref).model)
        st.container(key="benchmark-judge-warning").warning(
            f"{name} is of the family of a model that answers, and may favour it. "
            "The result will say so. Choose another judge if you can."
        )
    return judge_of(ref, thinks=may_think(AgentSpec.from_ref(ref)))


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


def _price(expected: Forecast) -> None:
    parts = [
        figures.about(expected.low, expected.high),
        f"{counted(expected.answers, 'call')} for answers",
        f"{expected.judgements:,} for the judge",
        duration_range(*expected.seconds),
    ]
    place = st.container(key="benchmark-forecast")
    place.info(SEPARATOR.join(parts), icon=":material/payments:")
    if expected.high.unknown_calls:
        place.caption(
            f"{counted(expected.high.unknown_calls, 'call')} of unknown price. Enter "
            "prices in Settings to see the cost."
        )
