"""Questions with files, as pages and programs ask them."""

from moa_core.messages import DocumentPart, FileContent, ImagePart, Question
from tests.moa_core.attachments.made_files import image

PIXELS = image(size=(40, 20))
REPORT = b"Otters sleep afloat. Marker-of-the-report."

PICTURE = ImagePart("otter.png", "image/png", 40, 20, FileContent.of(PIXELS))
DOCUMENT = DocumentPart(
    "Größe of otters.txt", "text/plain", REPORT.decode(), None, FileContent.of(REPORT)
)
QUESTION = Question("What is this?", (PICTURE, DOCUMENT))


def bytes_of(question):
    """What the files of a question hold."""
    return [each.content.read() for each in question.attachments]
