"""Reads from what endpoints say of a model whether it takes images."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

_INPUTS: Final = (
    "input_modalities",
    "supported_input_modalities",
    "inputModalities",
    "modalities",
)
_FLAGS: Final = (
    "vision",
    "supports_image_input",
    "supports_vision",
    "image_input",
    "supports_images",
)
_WORDS: Final = frozenset({"image", "images", "vision", "multimodal", "image_input"})
_NO_EYES: Final = frozenset({"completion", "chat", "text", "tools", "completion_chat"})
"""Abilities that Ollama and llama.cpp list, beside another one where it sees."""


def takes_images(entry: Mapping[str, Any]) -> bool | None:
    """Whether a model takes images, as its endpoint says; ``None`` if it does not.

    OpenRouter, Hugging Face and xAI list inputs; Mistral, Fireworks and Anthropic have
    a flag; Ollama, llama.cpp and Cohere list abilities; LM Studio has a type.
    """
    inner = (entry.get("architecture"), entry.get("capabilities"), entry)
    places = [each for each in inner if isinstance(each, dict)]
    for place in places:
        for name in _INPUTS:
            if (told := _among(place.get(name))) is not None:
                return told
        for name in _FLAGS:
            if (flag := _flag(place.get(name))) is not None:
                return flag
    modality = next((place.get("modality") for place in places), None)
    if isinstance(modality, str) and "->" in modality:  # text+image->text
        return "image" in modality.partition("->")[0]
    if entry.get("type") in ("vlm", "llm"):
        return bool(entry["type"] == "vlm")
    return _ability(entry.get("capabilities"), entry.get("features"))


def _among(inputs: object) -> bool | None:
    if isinstance(inputs, dict):
        inputs = inputs.get("input")
    words = _words(inputs)
    return bool(words & _WORDS) if words else None


def _flag(value: object) -> bool | None:
    if isinstance(value, dict):
        value = value.get("supported")
    return value if isinstance(value, bool) else None


def _ability(*lists: object) -> bool | None:
    words = frozenset[str]().union(*map(_words, lists))
    if words & _WORDS:
        return True
    return False if words & _NO_EYES else None


def _words(value: object) -> frozenset[str]:
    listed: Iterable[object] = value if isinstance(value, list) else ()
    return frozenset(word.lower() for word in listed if isinstance(word, str))
