import pytest

from moa_core.attachments import (
    MOST_BYTES,
    MOST_BYTES_TOGETHER,
    MOST_FILES,
    check_together,
    cleaned_name,
    read_attachment,
)
from moa_core.errors import AttachmentError
from moa_core.messages import DocumentPart, FileContent, ImagePart


def an_image(size=1):
    return ImagePart("a.png", "image/png", 1, 1, FileContent("0" * 64, size, bytes))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\photo.png", "photo.png"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\nSet-Cookie: c\x1b[31m.txt", "abSet-Cookie: c[31m.txt"),
        ('say "hi" `rm`.md', "say 'hi' 'rm'.md"),
        ("Größe \u65e5\u672c.txt", "Größe \u65e5\u672c.txt"),
        ("..", "file"),
        ("", "file"),
        ("/", "file"),
    ],
)
def test_a_name_is_one_line_that_hides_nothing(given, shown):
    assert cleaned_name(given) == shown


def test_a_long_name_keeps_its_end():
    name = cleaned_name("a" * 5_000 + ".pdf")
    assert len(name) <= 120
    assert name.endswith("aaa.pdf")


def test_a_question_takes_so_many_files_and_no_more():
    check_together([an_image()] * MOST_FILES)
    with pytest.raises(AttachmentError, match="10 files at most; these are 11") as said:
        check_together([an_image()] * (MOST_FILES + 1))
    assert said.value.advice


def test_files_of_a_question_are_so_large_together_and_no_larger():
    half = MOST_BYTES_TOGETHER // 2
    check_together([an_image(half)] * 2)
    with pytest.raises(AttachmentError, match="60 MB together; a question takes 40"):
        check_together([an_image(half)] * 3)


def test_texts_of_a_question_are_so_long_together_and_no_longer():
    content = FileContent("0" * 64, 1, bytes)
    document = DocumentPart("a.txt", "text/plain", "x" * 600_000, None, content)
    check_together([document])
    with pytest.raises(AttachmentError, match="1,200,000 characters of text together"):
        check_together([document] * 2)


@pytest.mark.parametrize(
    ("data", "why"), [(b"", "It is empty"), (bytes(MOST_BYTES + 1), "It has 20 MB")]
)
def test_an_empty_or_a_huge_file_is_refused_by_its_name(data, why):
    with pytest.raises(AttachmentError, match=f'"a.txt": {why}') as said:
        read_attachment("a.txt", data)
    assert said.value.advice
