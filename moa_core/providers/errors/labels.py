"""Names endpoints as their users know them."""

from collections.abc import Mapping

from moa_core.settings import SIMULATED, TINY

_LABELS: Mapping[str, str] = {
    "openai": "OpenAI",
    "together": "Together",
    "ollama": "Ollama",
    "lm-studio": "LM Studio",
    "llama-cpp": "llama.cpp",
    "vllm": "vLLM",
    "groq": "Groq",
    "openrouter": "OpenRouter",
    SIMULATED: "Simulated",
    TINY: "Tiny models",
}


def label_of(name: str) -> str:
    """The label that users know the endpoint ``name`` by."""
    return _LABELS.get(name, name)
