"""Edits mixtures and presets."""

from pages.widgets.mixture.beginning import begin_chat, begin_tab
from pages.widgets.mixture.editor import mixture_editor
from pages.widgets.mixture.offer import Offers, draw_offer, look_for_offers
from pages.widgets.mixture.picker import MixturePicker
from pages.widgets.mixture.picks import agent_like_others, pick_labels
from pages.widgets.mixture.preset_choice import (
    Choice,
    available_presets,
    choose_looked_at,
    leave_looked_at,
    matching_preset,
    matching_preset_title,
    preset_labels,
    select_shipped_preset,
    use_linked_preset,
    use_preset,
)
from pages.widgets.mixture.preset_sharing import preset_sharing
from pages.widgets.mixture.preset_shelf import preset_shelf
from pages.widgets.mixture.problems import (
    mixture_caveat,
    mixture_problems,
    mixture_warning,
)
from pages.widgets.mixture.prompts_editor import prompts_editor
from pages.widgets.mixture.state import (
    change_mixture,
    complete_mixture,
    current_mixture,
    mixture_gap,
    use_mixture,
    with_model_replaced,
    without_model,
)

__all__ = [
    "Choice", "MixturePicker", "Offers", "agent_like_others", "available_presets",
    "begin_chat", "begin_tab", "change_mixture", "choose_looked_at",
    "complete_mixture", "current_mixture", "draw_offer", "leave_looked_at",
    "look_for_offers", "matching_preset",
    "matching_preset_title", "mixture_caveat", "mixture_editor", "mixture_gap",
    "mixture_problems", "mixture_warning", "pick_labels", "preset_labels",
    "preset_sharing", "preset_shelf", "prompts_editor", "select_shipped_preset",
    "use_linked_preset", "use_mixture", "use_preset", "with_model_replaced",
    "without_model",
]  # fmt: skip
