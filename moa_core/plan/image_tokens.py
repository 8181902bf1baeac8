"""Estimates how many tokens an image takes, by the formula of its model's vendor.

OpenAI counts squares of 512 pixels or patches of 32, at high detail, by model
(platform.openai.com/docs/guides/images-vision, "Calculating costs"); Anthropic pixels
over 750 (docs.anthropic.com/en/docs/build-with-claude/vision); Google 258 for each
square of 768 (ai.google.dev/gemini-api/docs/tokens). Nobody else says: then the range
is wide, and said to be a guess.
"""

import re
from collections.abc import Callable, Sequence
from math import ceil
from typing import Final, NamedTuple

from moa_core.messages import ImagePart
from moa_core.mixture import AgentSpec
from moa_core.plan.answer_length import TokenRange
from moa_core.tokens import PICTURE_TOKENS, tiles, usual_image_tokens

Sees = Callable[[str], bool | None]
"""Whether ``endpoint/model`` sees images; ``None`` while nobody knows."""

_LEAST: Final = 64
"""The fewest tokens that any documented model makes of an image."""

_PATCH: Final = 32
_MOST_PATCHES: Final = 1536


class ImageTokens(NamedTuple):
    """What the images of a prompt take.

    Attributes:
        tokens: Of all of them.
        guessed: Whether the vendor does not say how it counts.
    """

    tokens: TokenRange
    guessed: bool


def image_tokens(
    agent: AgentSpec, images: Sequence[ImagePart], sees: Sees
) -> ImageTokens:
    """What ``images`` take that an agent is sent, if it is."""
    if sees(agent.ref) is False:
        return ImageTokens(TokenRange(0, 0), guessed=False)
    name = agent.model.rpartition("/")[2].lower()
    for family, count in _FAMILIES:
        if family.search(name):
            tokens = sum(map(count, images))
            return ImageTokens(TokenRange(tokens, tokens), guessed=False)
    most = sum(max(PICTURE_TOKENS, usual_image_tokens(i), _pixels(i)) for i in images)
    return ImageTokens(TokenRange(_LEAST * len(images), most), guessed=True)


def _squares(base: int, each: int) -> Callable[[ImagePart], int]:
    return lambda image: base + each * tiles(image)


def _patches(factor: float) -> Callable[[ImagePart], int]:
    def count(image: ImagePart) -> int:
        patches = ceil(image.width / _PATCH) * ceil(image.height / _PATCH)
        return ceil(min(patches, _MOST_PATCHES) * factor)

    return count


def _pixels(image: ImagePart) -> int:
    """Anthropic: what is longer than 1,568 pixels is scaled to that."""
    scale = min(1.0, 1568 / max(image.width, image.height))
    return ceil(image.width * scale * image.height * scale / 750)


def _google(image: ImagePart) -> int:
    if max(image.width, image.height) <= 384:
        return 258
    return 258 * ceil(image.width / 768) * ceil(image.height / 768)


_FAMILIES: Final = tuple(
    (re.compile(pattern), count)
    for pattern, count in (
        (r"gpt-4o-mini", _squares(2833, 5667)),
        (r"gpt-4\.1-mini|gpt-5-mini", _patches(1.62)),
        (r"gpt-4\.1-nano|gpt-5-nano", _patches(2.46)),
        (r"o4-mini", _patches(1.72)),
        (r"gpt-4o|gpt-4\.1|gpt-4\.5", _squares(85, 170)),
        (r"\bo1|\bo3", _squares(75, 150)),
        (r"gpt-5(-chat|-20|$)", _squares(70, 140)),
        (r"claude", _pixels),
        (r"gemini", _google),
    )
)
