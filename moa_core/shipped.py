"""The presets that ship with Polyphony."""

from moa_core.config import AgentSpec, Layer, MoAConfig, Preset
from moa_core.settings import SIMULATED

PAPER_PROPOSERS = (
    "together/Qwen/Qwen1.5-110B-Chat",
    "together/Qwen/Qwen1.5-72B-Chat",
    "together/microsoft/WizardLM-2-8x22B",
    "together/meta-llama/Llama-3-70b-chat-hf",
    "together/mistralai/Mixtral-8x22B-Instruct-v0.1",
    "together/databricks/dbrx-instruct",
)
"""Wang et al. 2024, section 3.1. Together has retired some of them since."""


def mixture(*layers: tuple[str, ...], aggregator: str) -> MoAConfig:
    """A mixture of models by reference, with the settings of the paper.

    Args:
        layers: The proposers of each layer, ``endpoint/model``.
        aggregator: Who writes the synthesis.

    Raises:
        ConfigError: A reference or the number of layers or models is impossible.
    """
    return MoAConfig(
        layers=tuple(
            Layer(tuple(AgentSpec.from_ref(ref) for ref in refs)) for refs in layers
        ),
        aggregator=AgentSpec.from_ref(aggregator),
    )


def _simulated(*voices: str) -> tuple[str, ...]:
    return tuple(f"{SIMULATED}/{voice}" for voice in voices)


DEFAULT_PRESET = Preset(
    name="simulated",
    title="Simulated, free",
    description="Needs no key: shows how layers work, with made-up answers.",
    config=mixture(
        _simulated("explainer", "sceptic", "builder"),
        _simulated("analyst", "thinker"),
        aggregator=f"{SIMULATED}/synthesist",
    ),
)

PRESETS: tuple[Preset, ...] = (
    DEFAULT_PRESET,
    Preset(
        name="openai",
        title="OpenAI, balanced",
        description="Three OpenAI models propose, the strongest of them answers.",
        config=mixture(
            ("openai/gpt-5.4", "openai/gpt-5.4-mini", "openai/gpt-4.1"),
            aggregator="openai/gpt-5.4",
        ),
    ),
    Preset(
        name="self-moa",
        title="Self-MoA, one model four times",
        description=(
            "One good model, sampled four times and merged; it often beats a mix "
            "(Li et al. 2025, arXiv:2502.00674)."
        ),
        config=mixture(("openai/gpt-4.1",) * 4, aggregator="openai/gpt-4.1"),
    ),
    Preset(
        name="together",
        title="Together, open models",
        description="Four open models of different makers propose, one answers.",
        config=mixture(
            (
                "together/Qwen/Qwen3.7-Plus",
                "together/deepseek-ai/DeepSeek-V4.1-Flash",
                "together/zai-org/GLM-5.3",
                "together/openai/gpt-oss-120b",
            ),
            aggregator="together/Qwen/Qwen3.7-Plus",
        ),
    ),
    Preset(
        name="moa",
        title="MoA, as in the paper",
        description=(
            "Two layers of six, Qwen1.5-110B answers: 65.1 % on AlpacaEval 2.0 (LC). "
            "Together has retired some of these models."
        ),
        config=mixture(
            PAPER_PROPOSERS,
            PAPER_PROPOSERS,
            aggregator="together/Qwen/Qwen1.5-110B-Chat",
        ),
    ),
    Preset(
        name="moa-lite",
        title="MoA-Lite, as in the paper",
        description=(
            "One layer of six, Qwen1.5-72B answers: 59.3 % on AlpacaEval 2.0 (LC). "
            "Together has retired some of these models."
        ),
        config=mixture(PAPER_PROPOSERS, aggregator="together/Qwen/Qwen1.5-72B-Chat"),
    ),
    Preset(
        name="moa-gpt-4o",
        title="MoA with GPT-4o, as in the paper",
        description=(
            "Two layers of six, GPT-4o answers: 65.7 % on AlpacaEval 2.0 (LC). "
            "Together has retired some of these models."
        ),
        config=mixture(
            PAPER_PROPOSERS, PAPER_PROPOSERS, aggregator="openai/gpt-4o-2024-05-13"
        ),
    ),
)


def preset_named(name: str) -> Preset | None:
    """The shipped preset that is called ``name`` on the command line."""
    return next((preset for preset in PRESETS if preset.name == name), None)


def preset_of(config: MoAConfig) -> Preset | None:
    """The shipped preset that ``config`` is, unchanged."""
    return next((preset for preset in PRESETS if preset.config == config), None)
