"""Plans runs: estimates their cost, and selects the calls to reuse."""

from moa_core.plan import rework_plan
from moa_core.plan.estimate import Estimate, estimate, longest_prompts
from moa_core.plan.rework_plan import Plan

__all__ = ["Estimate", "Plan", "estimate", "longest_prompts", "rework_plan"]
