"""Tells from a refusal whether it is about the images of a request.

A model that takes no images says so in many words; some servers only say that the
content of a message has to be a text. What is said of these images, their size or their
form, says nothing of others.
"""

import re
from typing import Final, Literal

from moa_core.errors import ProviderError, RequestRefusedError
from moa_core.providers.errors.failure import Failure

Blamed = Literal["model", "images"]
"""What a refusal is about: the model takes no images; or not these."""

_MAY_REFUSE: Final = frozenset({None, 400, 404, 405, 406, 415, 422, 500, 501})
_SUSPECT: Final = frozenset({400, 413, 415, 422, 501})
_ABOUT_IMAGES: Final = re.compile(
    r"\bimages?\b|image[_-]?(url|input)|\bpictures?\b|\bvision\b|\bvisual\b"
    r"|multi-?modal|\bmodalit|mmproj|图像|图片|视觉|多模态"
)
_WANTS_TEXT: Final = re.compile(
    r"content\b[^\n]{0,80}(\bstring\b|\bstr\b|only text|text only|type text)"
    r"|unknown variant|string[_ ]type|expected (a )?(str|string)\b"
    r"|invalid type: sequence|only (the )?type ['\"`]?text|invalid content type"
)
_NO_MORE_THAN_NONE: Final = re.compile(r"\b(at most|maximum( of)?|max|limit:?) 0\b")
_ABOUT_THESE: Final = re.compile(
    r"too (large|big|small|many|long)|exceed|dimension|resolution|pixels|\bmb\b"
    r"|corrupt|truncat|decod|base64|download|fetch"
    r"|(could not|cannot|can't|failed to|unable to) (be )?(process|load|open|read)"
    r"|(invalid|unsupported|unknown) (image|media|mime)[ _-]?(data|format|type|url)"
    r"|\b(at most|maximum( of)?|max) [1-9]"
)


def blamed_of_images(failure: Failure | None) -> Blamed | None:
    """What a refusal of a request with images is about, if it is about them.

    Args:
        failure: What the server reported.
    """
    if failure is None or failure.kind not in ("response", "in stream"):
        return None
    if failure.status not in _MAY_REFUSE or failure.refusal in _OTHERS:
        return None
    words = failure.body
    about = _ABOUT_IMAGES.search(words)
    if _NO_MORE_THAN_NONE.search(words) and about:
        return "model"
    if about and _ABOUT_THESE.search(words):
        return "images"
    if about or (failure.status in _SUSPECT and _WANTS_TEXT.search(words)):
        return "model"
    return None


def may_be_the_images(error: ProviderError) -> bool:
    """Whether a refusal that names nothing may be about the images all the same."""
    status = error.http_status
    return status == 413 or (
        isinstance(error, RequestRefusedError) and status in _SUSPECT
    )


_OTHERS: Final = frozenset(
    {"key", "no key", "account", "credit for less", "plan", "slow down", "filtered"}
)
"""Refusals that are about somebody's account, or about what an image shows."""
