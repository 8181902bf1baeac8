"""Reads the images of a user's message, so that the panel's models can see them too.

Only data URLs: what an address leads to is nobody's business here, and may be a page of
this network (SSRF).
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NoReturn

from moa_core.attachments import check_together, read_attachment
from moa_core.errors import AttachmentError
from moa_core.messages import ImagePart, Message
from moa_core.openai_wire.errors import ApiError
from moa_core.openai_wire.request import ApiRequest

_DATA_URL: Final = re.compile(r"data:image/[\w.+-]+(;[\w=.-]+)*;base64,", re.IGNORECASE)


def read_images(request: ApiRequest) -> ApiRequest:
    """``request``, with the images of its last message of the user as images.

    Takes a process for each image: call it where that may take a second.

    Raises:
        ApiError: One is no image, too large, or an address.
    """
    at = len(request.messages) - 1
    sent = request.conversation.as_sent
    content = (sent[at].as_sent or {}).get("content") if sent else None
    if not isinstance(content, list):
        return request
    where = f"messages[{at}].content"
    message = request.messages[at]
    parts = list(message.parts)  # one for each of the content
    for place, part in enumerate(content):
        if _is_image(part):
            parts[place] = _image(part, f"{where}[{place}]", place)
    images = [part for part in parts if isinstance(part, ImagePart)]
    try:
        check_together(images)
    except AttachmentError as error:
        _refuse(where, f"{error} {error.advice}")
    seen = Message(message.role, tuple(parts))
    return replace(request, messages=(*request.messages[:at], seen))


def _is_image(part: Mapping[str, Any]) -> bool:
    return part.get("type") == "image_url"


def _image(part: Mapping[str, Any], where: str, place: int) -> ImagePart:
    told = part.get("image_url")
    url = told.get("url") if isinstance(told, dict) else told
    param = f"{where}.image_url.url"
    if not isinstance(url, str) or not (found := _DATA_URL.match(url)):
        _refuse(
            param,
            f"'{param}' must be a data URL, data:image/png;base64,...: Polyphony "
            "fetches nothing from an address.",
        )
    try:
        data = b64decode(url[found.end() :], validate=True)
        read = read_attachment(f"image {place + 1}", data)
    except (binascii.Error, ValueError):
        _refuse(param, f"'{param}' is no base64.")
    except AttachmentError as error:
        _refuse(param, f"'{param}' cannot be read. {error} {error.advice}")
    if not isinstance(read, ImagePart):
        _refuse(param, f"'{param}' is no image.")
    return read


def _refuse(param: str, message: str) -> NoReturn:
    raise ApiError(400, "invalid_value", message, param)
