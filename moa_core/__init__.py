"""Mixture-of-Agents without a user interface or a database.

The names of ``__all__`` are loaded when they are first used, so that importing one
module of this package does not import the others.
"""

from typing import TYPE_CHECKING

from moa_core.on_demand import names_on_demand

if TYPE_CHECKING:
    from moa_core.engine import Budget, Engine, LiveRuns, Resilient
    from moa_core.errors import ConfigError, MoAError, ProviderError, RunError
    from moa_core.messages import Message
    from moa_core.mixture import (
        PRESETS,
        AgentSpec,
        Layer,
        MoAConfig,
        Preset,
        Prompts,
        config_from_dict,
        config_to_dict,
        preset_named,
    )
    from moa_core.plan import estimate
    from moa_core.pricing import PriceBook
    from moa_core.providers import Endpoints
    from moa_core.run import Controls, RunAborted, RunEvent, RunFinished, RunState
    from moa_core.settings import Settings
    from moa_core.usage import Cost, Usage

__version__ = "0.1.0"

__all__ = [
    "PRESETS", "AgentSpec", "Budget", "ConfigError", "Controls", "Cost", "Endpoints",
    "Engine", "Layer", "LiveRuns", "Message", "MoAConfig", "MoAError", "Preset",
    "PriceBook", "Prompts", "ProviderError", "Resilient", "RunAborted", "RunError",
    "RunEvent", "RunFinished", "RunState", "Settings", "Usage", "config_from_dict",
    "config_to_dict", "estimate", "preset_named",
]  # fmt: skip

if not TYPE_CHECKING:  # otherwise mypy would take any name for one of these
    __getattr__ = names_on_demand(
        __name__,
        {
            "engine": "Budget Engine LiveRuns Resilient",
            "errors": "ConfigError MoAError ProviderError RunError",
            "messages": "Message",
            "mixture": "PRESETS AgentSpec Layer MoAConfig Preset Prompts "
            "config_from_dict config_to_dict preset_named",
            "plan": "estimate",
            "pricing": "PriceBook",
            "providers": "Endpoints",
            "run": "Controls RunAborted RunEvent RunFinished RunState",
            "settings": "Settings",
            "usage": "Cost Usage",
        },
    )
