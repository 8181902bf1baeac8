"""Says of well-known families of models whether they see images.

Only where an endpoint does not say so itself. Sources, read in November 2026: the model
pages of OpenAI (platform.openai.com/docs/models), Anthropic
(docs.anthropic.com/en/docs/about-claude/models), Google (ai.google.dev/gemini-api),
Mistral (docs.mistral.ai/getting-started/models) and the model cards of open models on
Hugging Face. A family that is not here is not known.
"""

import re
from typing import Final

_ALL_SEE: Final = re.compile(
    r"(?i)\bgpt-4o|\bgpt-4\.[15]|\bgpt-4-(turbo|vision)|\bgpt-5|\bchatgpt-4o"
    r"|\bo1(?!-(mini|preview))\b|\bo3(?!-mini)\b|\bo4-mini"
    r"|\bclaude-(3|opus|sonnet|haiku)|\bgemini-(1\.5|[2-9])"
    r"|\bllama-?4|\bpixtral|\bllava|\bbakllava|\bmoondream|\bsmolvlm|\bminicpm-?v"
    r"|\bqvq\b|\binternvl|\bmolmo|\bidefics|\bphi-4-multimodal"
    r"|\bmistral-(small-?3\.[12]|small-2[5-9]|medium-3|large-3)|\bministral-3\b"
    r"|gemma-?3n?[-:](?!1b|270m)|\bglm-4\.[15]v|\bglm-4v|\bgrok-(2-vision|4)"
    r"|(?<![a-z])(vl|vlm|vision)(?![a-z])"
)
_NONE_SEES: Final = re.compile(
    r"(?i)\bgpt-3\.5|\bgpt-4(-0\d{3})?(-32k.*)?$|\bo1-(mini|preview)|\bo3-mini|\bgpt-oss"
    r"|\bclaude-(2|instant)|\bllama-?[23](?![.\d])|\bllama-?3\.[13]|\bllama-?3\.2[-:][13]b"
    r"|\bmixtral|\bmistral-7b|\bmistral-nemo|\bcodestral|\bdevstral|\bmagistral"
    r"|\bdeepseek-(v[23]|r1|chat|reasoner|coder)|\bqwen-?(1\.5|2|2\.5|3)(?![.\d])"
    r"|\bqwq\b|\bphi-[1-4](?!-(multimodal|vision))|gemma-?[12]?[-:](2b|7b|9b|27b)"
    r"|gemma-?3[-:](1b|270m)|\bsmollm|\btinyllama|\bwizardlm|\bdbrx|\bcommand-r"
    r"|\bcommand-a-0|\bkimi-k2(?!\.)|\bglm-4\.[56](?!v)|\bminimax-m[12]\b|\bolmo"
)


def family_sees_images(model: str) -> bool | None:
    """Whether models of this family see images; ``None`` where nobody told us."""
    name = model.rpartition("/")[2]
    if _ALL_SEE.search(name):
        return True
    return False if _NONE_SEES.search(name) else None
