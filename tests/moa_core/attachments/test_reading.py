"""Honest files become what models can get, whatever they are called."""

import io

import pytest
from PIL import Image

from moa_core.attachments import read_attachment
from moa_core.attachments.kinds import reader_for
from moa_core.errors import AttachmentError
from moa_core.messages import DocumentPart, ImagePart
from tests.moa_core.attachments.made_files import (
    animation,
    image,
    noted_png,
    pdf,
    photo,
    slides,
    word,
    workbook,
)


def read(data):
    """What is read of a file, in this process."""
    return reader_for(data)(data)


def pixels(read_image):
    return Image.open(io.BytesIO(read_image.body))


def test_an_image_is_what_its_bytes_say_and_not_its_name():
    part = read_attachment("notes.txt", image("GIF"))
    assert isinstance(part, ImagePart)
    assert (part.name, part.media_type) == ("notes.txt", "image/png")
    assert (part.width, part.height) == (30, 20)
    again = read_attachment("again", part.content.read())
    assert again.content == part.content


def test_a_text_is_read_in_its_encoding_and_kept_as_it_came():
    data = "Wort für Wort, ähnlich überall".encode("cp1252")
    part = read_attachment("photo.png", data)
    assert isinstance(part, DocumentPart)
    assert (part.text, part.pages) == ("Wort für Wort, ähnlich überall", None)
    assert part.content.read() == data


def test_a_refusal_names_the_file_and_a_next_step():
    with pytest.raises(AttachmentError, match=r'^"x\.png": It is an SVG') as said:
        read_attachment("../x.png", b"<svg/>")
    assert said.value.advice == "Save it as PNG, and attach that."


def test_a_photo_stands_upright_and_tells_nothing_of_who_took_it():
    taken = photo()
    for secret in (b"Exif", b"Camera of Eve", b"secret comment", b"xmpmeta"):
        assert secret in taken
        assert secret not in read(taken).body
    upright = pixels(read(taken))
    assert (upright.width, upright.height) == (20, 40)
    assert upright.getpixel((10, 5))[2] > 200  # its left side is its top by now
    assert dict(upright.getexif()) == {}


def test_notes_and_a_broken_profile_of_a_png_are_gone():
    noted = noted_png()
    assert b"Eve at home" in noted
    kept = pixels(read(noted))
    assert (kept.getpixel((0, 0)), kept.info) == ((255, 0, 0), {})


def test_an_image_that_is_bare_already_stays_as_it_is():
    for data in (image("PNG"), image("JPEG"), read(photo()).body):
        assert read(data).keeps
    assert not read(image("JPEG") + b"hidden").keeps
    assert not read(photo()).keeps


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
def test_a_large_image_is_scaled_and_a_small_one_is_not(format_):
    large = read(image(format_, (5_000, 1_000)))
    assert (large.width, large.height) == (2048, 410)
    small = read(image(format_, (200, 100)))
    assert (small.width, small.height) == (200, 100)


def test_a_long_thin_image_keeps_a_pixel():
    assert read(image(size=(5_000, 1))).height == 1


@pytest.mark.parametrize(
    ("mode", "color"),
    [
        ("1", 1), ("L", 200), ("LA", (200, 90)), ("P", 3), ("RGBA", (9, 9, 9, 90)),
        ("I;16", 40_000),
    ],
)  # fmt: skip
def test_every_kind_of_png_is_read(mode, color):
    data = image(mode=mode, color=color, size=(2_100, 20))
    assert read(data).width == 2048


def test_colours_of_print_become_those_of_screens():
    data = image("JPEG", mode="CMYK", color=(0, 255, 255, 0))
    red, green, blue = pixels(read(data)).getpixel((5, 5))
    assert red > 150
    assert max(green, blue) < 90


def test_of_an_animation_the_first_frame_stays():
    first = pixels(read(animation()))
    assert (first.format, getattr(first, "n_frames", 1)) == ("PNG", 1)


def test_a_png_that_servers_refuse_becomes_a_jpeg():
    noise = Image.merge("RGB", [Image.effect_noise((1_600, 1_600), 90) for _ in "RGB"])
    written = io.BytesIO()
    noise.save(written, "PNG", compress_level=1)
    made = read(written.getvalue())
    assert made.media_type == "image/jpeg"
    assert len(made.body) < 4_000_000


def test_a_pdf_is_read_page_by_page():
    made = read(pdf("Hello", "", "World"))
    assert (made.media_type, made.pages) == ("application/pdf", 3)
    assert made.text == "[Page 1]\nHello\n\n[Page 2]\n\n\n[Page 3]\nWorld"


def test_office_files_are_read():
    made = read(word("Hello *you*", "a &lt; b"))
    assert made.text == "Hello *you*\n\na < b"
    assert made.media_type.endswith("wordprocessingml.document")
    made = read(workbook(One=[["a", 1], ["b", 2.5]], Two=[["c, d"]]))
    assert made.text == '[Sheet One]\na,1\nb,2.5\n\n[Sheet Two]\n"c, d"\n'.strip()
    assert made.pages == 2
    made = read(slides("first", "second", notes="say this"))
    assert made.text == "[Slide 1]\nfirst\nNotes:\nsay this\n\n[Slide 2]\nsecond"


PAGE = b"""<!DOCTYPE html><html><head><title>T</title><style>p {}</style></head>
<body onload="steal()"><h1>Title</h1><!-- hidden --><script>steal()</script>
<p>One <a href="javascript:steal()">two</a> <a href="https://a.example/b">three</a></p>
<img src="data:image/png;base64,AAAA" alt="A picture" onerror="steal()">
<table><tr><th>a</th><td>1</td></tr></table></body></html>"""


def test_of_a_web_page_its_text_is_kept_and_never_its_scripts():
    made = read(PAGE)
    assert (made.media_type, made.keeps) == ("text/markdown", False)
    assert made.body.decode() == made.text
    for hidden in ("steal", "hidden", "p {}", "AAAA", "<"):
        assert hidden not in made.text
    for seen in (
        "# Title",
        "One two [three](https://a.example/b)",
        "A picture",
        "| a |",
    ):
        assert seen in made.text
    assert read(made.body).text == made.text


def test_what_a_page_shows_as_markup_is_no_page_when_it_is_attached_again():
    made = read(b"<html><body>&lt;svg&gt; &lt;script&gt;</body></html>")
    assert made.text == "\\<svg> <script>"
    assert read(made.body).text == made.text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]
)
def test_texts_of_other_encodings_are_read(encoding):
    text = "Über größere Bäume läßt sich viel erzählen, süße Früchte inbegriffen."
    assert read(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    "text",
    [
        'name,age\n"Ann",3', '{"a": [1, 2]}', "def f():\n\treturn 1", "# Title\n\n- a",
        "BM is short for benchmark.", "MZ and other letters", "<note><to>E</to></note>",
        "Colour \x1b[31mred\x1b[0m in a log",
    ],
)  # fmt: skip
def test_tables_code_notes_and_logs_are_texts(text):
    made = read(text.encode())
    assert (made.media_type, made.text.replace("[", "")) == (
        "text/plain",
        text.replace("\x1b", "").replace("[", ""),
    )


def test_what_no_database_can_keep_is_taken_out_of_a_text():
    assert read(b"a\x08b\r\nc\rd" + b"." * 200).text == "ab\nc\nd" + "." * 200
