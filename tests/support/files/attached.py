"""Files as they are attached to questions: small, and made here."""

import io
from base64 import b64encode

from PIL import Image

from moa_core.messages import DocumentPart, FileContent, ImagePart


def png(width=40, height=30, colour="teal"):
    """The bytes of a picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def image(name="photo.png", width=40, height=30, colour="teal"):
    data = png(width, height, colour)
    return ImagePart(name, "image/png", width, height, FileContent.of(data))


def document(name="report.pdf", text="Sales rose by 12 % in May.", pages=12):
    content = FileContent.of(text.encode())
    return DocumentPart(name, "application/pdf", text, pages, content)


def data_url(data, media_type="image/png"):
    return f"data:{media_type};base64,{b64encode(data).decode()}"
