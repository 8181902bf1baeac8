"""Sets up an experiment, says what it will cost and take, and starts it."""

from decimal import Decimal
from functools import partial
from typing import Final

import streamlit as st

from moa_core.errors import ConfigError
from moa_core.evaluation import YARDSTICKS, Yardstick
from moa_core.experiments import MIXTURE, ONE_MODEL, OTHER, Protocol
from moa_core.mixture import AgentSpec, MoAConfig
from pages.widgets.evaluate.address import EXPERIMENTS, open_experiment
from pages.widgets.evaluate.setting_up.arms import pick_arms, pick_one_model
from pages.widgets.evaluate.setting_up.judge import pick_judge_or_nobody, pick_prompt
from pages.widgets.evaluate.setting_up.mixture import pick_mixture, pick_other_mixture
from pages.widgets.evaluate.setting_up.order import pick_seed, seed_key
from pages.widgets.evaluate.setting_up.questions import pick_questions
from pages.widgets.formatting import counted, failure
from pages.widgets.mixture import Choice
from services.asking import Asking
from services.experiment_drafts import ExperimentDraft
from services.experimenting import Experimenting

FEWEST_ARMS: Final = 2
_YARDSTICKS: Final[dict[Yardstick, str]] = {
    "votes and judge": "My votes and the judge",
    "votes": "My votes alone",
    "judge alone": "The judge alone",
}


def new_experiment(
    experimenting: Experimenting, asking: Asking, choices: list[Choice], refs: list[str]
) -> None:
    """Draw the form; nothing is asked before Start.

    Args:
        experimenting: Carries it out.
        asking: With the keys of this browser session.
        choices: Mixtures to choose from.
        refs: Models that can judge.
    """
    st.header("New experiment", anchor=False)
    title, mixture = pick_mixture(choices)
    try:
        draft, protocol = _described(experimenting, choices, mixture, refs)
    except ConfigError as error:
        failure(st.container(key="experiment-refused"), error)
        return
    if draft is None or protocol is None:
        return
    reused = (
        f"{counted(draft.answered, 'answer')} from your chats will be reused, at no "
        "cost."
    )
    expected = draft.forecast(protocol, asking.prices)
    EXPERIMENTS.price(expected, reused if draft.answered else "")
    name = f"{title}, {counted(protocol.questions, 'question')}"
    EXPERIMENTS.start_or_cancel(
        partial(_begin, experimenting, asking, name, protocol, draft)
    )


def _begin(
    experimenting: Experimenting,
    asking: Asking,
    name: str,
    protocol: Protocol,
    draft: ExperimentDraft,
) -> None:
    uid = experimenting.experiments.create(name, protocol, draft.questions)
    open_experiment(uid)
    experimenting.start(uid, asking)


def _described(
    experimenting: Experimenting,
    choices: list[Choice],
    mixture: MoAConfig,
    refs: list[str],
) -> tuple[ExperimentDraft | None, Protocol | None]:
    """What the form says now; ``None`` as long as there are no questions."""
    seed: int = st.session_state.get(seed_key(EXPERIMENTS.name), 0)
    draft = pick_questions(experimenting.experiments, mixture, seed)
    questions = len(draft.questions) if draft else None
    arms = pick_arms(mixture, questions)
    one_model = pick_one_model(mixture) if ONE_MODEL in arms else None
    other = pick_other_mixture(choices, mixture) if OTHER in arms else None
    if draft and other:
        draft = draft.with_other(experimenting.experiments, other)
    answering = (*mixture.agents, *(other.agents if other else ()))
    judge = pick_judge_or_nobody(EXPERIMENTS.name, refs, answering)
    yardstick = _pick_yardstick(judge)
    worth, budget_usd = _pick_limits()
    prompt = pick_prompt(EXPERIMENTS.name, "pair")
    pick_seed(EXPERIMENTS.name)  # of the next script: the questions are drawn above
    if questions is None:
        return None, None
    if len(arms) < FEWEST_ARMS:
        raise ConfigError("Choose what to compare the mixture with.")
    protocol = Protocol(
        mixture=mixture,
        arms=arms,
        one_model=one_model,
        other=other,
        judge=judge,
        prompt=prompt,
        primary=MIXTURE + min(set(arms) - {MIXTURE}),
        yardstick=yardstick,
        questions=questions,
        seed=seed,
        worth=worth,
        budget_usd=budget_usd,
    )
    return draft, protocol


def _pick_yardstick(judge: AgentSpec | None) -> Yardstick:
    if judge is None:
        return "votes"
    return st.selectbox(
        "The verdict is by",
        YARDSTICKS,
        format_func=_YARDSTICKS.__getitem__,
        help="Judges lean: votes on some of the questions correct that. Without votes, "
        "choose the judge alone. Fixed once it has started.",
        key="experiment-yardstick",
    )


def _pick_limits() -> tuple[float, Decimal | None]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        percent = st.number_input(
            "Worth it from a win rate of (%)",
            50,
            99,
            60,
            help="50 % is no difference. If mixing surely wins less often than this, "
            "the result is that it does not help.",
            key="experiment-worth",
        )
        budget = st.number_input(
            "Budget (USD)",
            min_value=0.01,
            value=None,
            placeholder="No limit",
            help="It pauses before it could cost more. Caps in Settings hold as well.",
            key="experiment-budget",
        )
    return percent / 100, None if budget is None else Decimal(str(budget))
