"""Recognises the makers of models by their names, and says who may judge whom.

Judges favour answers of their own family (Panickssery et al. 2024, arXiv:2404.13076).
A model belongs to its maker and to the maker of the weights that it was trained from:
a Llama that DeepSeek distilled is both.
"""

import re
from collections.abc import Iterable
from typing import Final, Literal

Fitness = Literal["yes", "related", "unknown"]
"""``related``: of a family that also answers; ``unknown``: of no family we know."""

_MAKERS: Final = {
    maker: re.compile(names, re.IGNORECASE)
    for maker, names in {
        "01.ai": r"(?:^|/)yi-",
        "ai21": r"jamba",
        "amazon": r"(?:^|[/.])(?:nova|titan)-",
        "anthropic": r"claude",
        "cohere": r"c4ai|(?:^|/)(?:command|aya)-",
        "databricks": r"dbrx|dolly",
        "deepseek": r"deepseek",
        "google": r"gemini|gemma|palm",
        "ibm": r"granite",
        "meta": r"llama",
        "microsoft": r"wizardlm|\bphi-?\d",
        "minimax": r"minimax",
        "mistral": r"mi[sx]tral|(?:mini|magi|code)stral|devstral|pixtral|zephyr"
        r"|wizardlm-2",
        "moonshot": r"kimi|moonshot",
        "nvidia": r"nemotron",
        "openai": r"gpt-|davinci|(?:^|/)(?:gpt|chatgpt|o[1-9])\b",
        "qwen": r"qwen|qwq|qvq",
        "xai": r"grok",
        "zhipu": r"chatglm|\bglm",
    }.items()
}


def families(model: str) -> frozenset[str]:
    """Who made ``model``, and whose weights it comes from, as far as its name tells.

    Empty if nobody knows.
    """
    return frozenset(maker for maker, names in _MAKERS.items() if names.search(model))


def may_judge(judge: str, answerers: Iterable[str]) -> Fitness:
    """Whether ``judge`` is free of kinship with the models that answer.

    A ``related`` judge may judge after a warning that stays on the result; an
    ``unknown`` one gets a hint.
    """
    own = families(judge)
    if any(judge == model or own & families(model) for model in answerers):
        return "related"
    return "yes" if own else "unknown"
