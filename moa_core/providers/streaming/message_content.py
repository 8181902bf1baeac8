"""Writes a message as the chat completions protocol has it: a text, or parts."""

from base64 import b64encode
from typing import Any

from moa_core.messages import ImagePart, Message


def written_message(message: Message) -> dict[str, Any]:
    """A message as it is sent; word for word where another program wrote it.

    Images are parts of their own, as data URLs: no server has to fetch anything. Each
    comes after its name, which the question may speak of. All else is text.
    """
    if message.as_sent is not None:
        return dict(message.as_sent)
    content: str | list[dict[str, Any]] = message.text
    if message.images:
        content = _parts(message)
    return {"role": message.role, "content": content}


def _parts(message: Message) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    texts: list[str] = []
    for part in message.parts:
        if isinstance(part, ImagePart):
            texts.append(f'Image "{part.name}":')
            parts.append({"type": "text", "text": "\n\n".join(texts)})
            parts.append({"type": "image_url", "image_url": {"url": data_url(part)}})
            texts = []
        else:
            texts.append(part.in_words)
    if texts:
        parts.append({"type": "text", "text": "\n\n".join(texts)})
    return parts


def data_url(image: ImagePart) -> str:
    """The whole image as an address."""
    data = b64encode(image.content.read()).decode()
    return f"data:{image.media_type};base64,{data}"
