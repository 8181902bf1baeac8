"""Describes mixtures and presets, and reads and writes them as JSON."""

from typing import TYPE_CHECKING

from moa_core.mixture import edits
from moa_core.mixture.agent_prompt import (
    SharedPrefix,
    aggregator_prompt,
    prompt_for,
    prompt_sha256,
    shared_prefix,
)
from moa_core.mixture.config import (
    EFFORTS,
    LONGEST_NAME,
    MAX_AGENTS_PER_LAYER,
    MAX_LAYERS,
    MAX_TEMPERATURE,
    AgentSpec,
    Effort,
    Layer,
    Method,
    MoAConfig,
    Preset,
    Seat,
    may_think,
    own_name,
)
from moa_core.mixture.edits import with_agent
from moa_core.mixture.fitting import FittedPrompt, fitted_prompt
from moa_core.mixture.json_form import (
    agent_from_dict,
    agent_to_dict,
    config_from_dict,
    config_sha256,
    config_to_dict,
)
from moa_core.mixture.pace import (
    FAST_START_WAYS,
    Auto,
    EarlyExit,
    FastStart,
    FastStartWay,
    Hedging,
    Pace,
    Quorum,
)
from moa_core.mixture.prompts import (
    DEFAULT_PROMPTS,
    LENGTHS,
    PLACEMENTS,
    REFERENCES,
    Length,
    Placement,
    Prompts,
    asks_to_choose,
    references_in,
)
from moa_core.on_demand import names_on_demand

if TYPE_CHECKING:
    from moa_core.mixture.config_diff import Change, config_changes
    from moa_core.mixture.files import (
        MAX_FILE_BYTES,
        preset_to_json,
        presets_from_json,
        presets_to_json,
    )
    from moa_core.mixture.forms import StrictForm, read_form
    from moa_core.mixture.links import encode_mixture, linked_mixture
    from moa_core.mixture.readiness import (
        KnownEndpoint,
        Need,
        is_served,
        needs,
        with_replacements,
    )
    from moa_core.mixture.shipped import (
        DEFAULT_PRESET,
        PRESETS,
        mixture_from_refs,
        preset_named,
    )
    from moa_core.mixture.strict_json import parse_strict, refuse_bombs
    from moa_core.mixture.suggested import model_to_try, suggested_presets

__all__ = [
    "DEFAULT_PRESET", "DEFAULT_PROMPTS", "EFFORTS", "FAST_START_WAYS", "LENGTHS",
    "LONGEST_NAME", "MAX_AGENTS_PER_LAYER", "MAX_FILE_BYTES", "MAX_LAYERS",
    "MAX_TEMPERATURE", "PLACEMENTS", "PRESETS", "REFERENCES", "AgentSpec", "Auto",
    "Change", "EarlyExit", "Effort", "FastStart", "FastStartWay", "FittedPrompt",
    "Hedging", "KnownEndpoint", "Layer", "Length", "Method", "MoAConfig", "Need",
    "Pace", "Placement", "Preset", "Prompts", "Quorum", "Seat", "SharedPrefix",
    "StrictForm",
    "agent_from_dict", "agent_to_dict", "aggregator_prompt", "asks_to_choose",
    "config_changes", "config_from_dict", "config_sha256", "config_to_dict", "edits",
    "encode_mixture", "fitted_prompt", "is_served", "linked_mixture", "may_think",
    "mixture_from_refs", "model_to_try", "needs", "own_name", "parse_strict",
    "preset_named", "preset_to_json", "presets_from_json", "presets_to_json",
    "prompt_for", "prompt_sha256", "read_form", "references_in", "refuse_bombs",
    "shared_prefix", "suggested_presets", "with_agent", "with_replacements",
]  # fmt: skip

if not TYPE_CHECKING:  # what reads JSON loads pydantic: the engine does without
    __getattr__ = names_on_demand(
        __name__,
        {
            "config_diff": "Change config_changes",
            "files": "MAX_FILE_BYTES preset_to_json presets_from_json presets_to_json",
            "forms": "StrictForm read_form",
            "links": "encode_mixture linked_mixture",
            "readiness": "KnownEndpoint Need is_served needs with_replacements",
            "shipped": "DEFAULT_PRESET PRESETS mixture_from_refs preset_named",
            "strict_json": "parse_strict refuse_bombs",
            "suggested": "model_to_try suggested_presets",
        },
    )
