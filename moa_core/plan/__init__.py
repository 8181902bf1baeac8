"""Plans runs: what to begin with, what it will cost, and which calls to reuse."""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand
from moa_core.plan import rework_plan
from moa_core.plan.cut_off import kept_calls, rest_of_run
from moa_core.plan.duration import seconds_of
from moa_core.plan.estimate import (
    Estimate,
    estimate,
    estimate_from_layer,
    likely_answer,
    longest_prompts,
)
from moa_core.plan.rework_plan import Plan
from moa_core.plan.title_call import TitleCall, title_call

if TYPE_CHECKING:
    from moa_core.plan.beginning import (
        Beginning,
        first_mixture,
        price_of_a_question,
        real_beginnings,
    )

__all__ = [
    "Beginning", "Estimate", "Plan", "TitleCall", "estimate", "estimate_from_layer",
    "first_mixture", "kept_calls", "likely_answer", "longest_prompts",
    "price_of_a_question", "real_beginnings", "rest_of_run", "rework_plan",
    "seconds_of", "title_call",
]  # fmt: skip

if not TYPE_CHECKING:  # what knows the presets that ship reads JSON
    __getattr__ = names_on_demand(
        __name__,
        {"beginning": "Beginning first_mixture price_of_a_question real_beginnings"},
    )
