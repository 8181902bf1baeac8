"""Makes files that attack whoever reads them, or are not what they seem.

Each stands with words of the sentence that refuses it.
"""

import gzip
import struct
import zipfile
import zlib

from tests.moa_core.attachments.made_files import (
    WORD,
    animation,
    image,
    office,
    package,
    pdf,
    slides,
    word,
)

_SCRIPT = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
_TEN_OF_EACH = "".join(
    f"<!ENTITY {chr(98 + at)} '{f'&{chr(97 + at)};' * 10}'>" for at in range(9)
)
_LAUGHS = f"<!DOCTYPE d [<!ENTITY a 'ha'>{_TEN_OF_EACH}]>"
_READS_FILE = "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
_ARCHIVE = package({"evil.sh": "rm -rf"}, zipfile.ZIP_STORED)


def _chunk(name, data):
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)


def _png_claiming(width, height):
    """A PNG of some bytes that says it is so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = _chunk(b"IDAT", zlib.compress(b"\0" * 1_000))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + pixels + _chunk(b"IEND", b"")


def _jpeg_claiming(side):
    data = image("JPEG")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", side, side) + data[at + 4 :]


def _webp_claiming(side):
    data = image("WEBP", lossless=True)
    canvas = (side - 1).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + canvas + data[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _gif_claiming(side):
    data = image("GIF")
    return data[:6] + struct.pack("<HH", side, side) + data[10:]


def _with_text_bomb():
    """A PNG with a text of 200 MB in a few bytes."""
    text = b"Comment\0\0" + _packed(200)
    png = image()
    return png[:33] + _chunk(b"zTXt", text) + png[33:]


def _packed(megabytes):
    """So much of nothing, packed, made in the memory of a little."""
    packing = zlib.compressobj()
    pieces = (packing.compress(b" " * 1_000_000) for _ in range(megabytes))
    return b"".join([*pieces, packing.flush()])


def _encrypted_pdf():
    secret = b"<" + b"41" * 32 + b">"
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O %s /U %s >>" % (secret, secret)
    return pdf("x", extra=lock, trailer=b"/Encrypt 6 0 R /ID [<41> <41>]")


def inflating_pdf():
    """A PDF whose page is 1.2 GB of blanks, packed twice."""
    blanks = zlib.compress(_packed(1_200), 9)
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>" % len(blanks)
    return pdf("", extra=stream + b"\nstream\n" + blanks + b"\nendstream").replace(
        b"/Contents 5 0 R", b"/Contents 6 0 R"
    )


def _lying_archive():
    """A .docx of 250 MB whose directory says 1 KB."""
    data = office({WORD: 250_000_000})
    return data.replace(struct.pack("<I", 250_000_000), struct.pack("<I", 1_000))


def _encrypted_archive():
    data = bytearray(word("secret"))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


def too_many_pixels():
    """Of these nothing may be decoded: by name the file, and words of the sentence."""
    return {
        "100 MP": (image(size=(10_000, 10_000), mode="1", color=1), "10,000 x 10,000"),
        "PNG bomb": (_png_claiming(60_000, 60_000), "60,000 x 60,000 pixels"),
        "long PNG": (_png_claiming(1_000_000, 1), "1,000,000 x 1 pixels"),
        "JPEG bomb": (_jpeg_claiming(65_000), "65,000 x 65,000 pixels"),
        "GIF bomb": (_gif_claiming(65_000), "65,000 x 65,000 pixels"),
        "WebP bomb": (_webp_claiming(16_000), "16,000 x 16,000 pixels"),
    }


def hostile():
    """By name: the file, and words of the sentence; ``""`` where it may be read."""
    return {
        "text bomb": (_with_text_bomb(), "broken or cut off"),
        "cut PNG": (image(size=(200, 200), color=None)[:100], "broken or cut off"),
        "cut JPEG": (image("JPEG", (300, 300))[:1_000], "broken or cut off"),
        "cut GIF": (image("GIF", (300, 300))[:60], "broken or cut off"),
        "cut WebP": (image("WEBP", (300, 300))[:60], "broken or cut off"),
        "GIFAR": (image("GIF") + _ARCHIVE, "an archive and something else at once"),
        "JPEG and archive": (image("JPEG") + _ARCHIVE, "an archive and something else"),
        "PDF and archive": (pdf("x") + _ARCHIVE, "an archive and something else"),
        "PNG and PDF": (image() + pdf("x"), "a PDF and something else at once"),
        "page and PDF": (b"<html>" + pdf("x"), "a PDF and something else at once"),
        "PDF and page": (
            pdf("x").replace(b"\n", b"\n%<html><script>alert(1)</script>\n", 1),
            "a web page and something else at once",
        ),
        "image and page": (
            image("GIF", comment=b"<script>alert(1)</script>"),
            "a web page and something else at once",
        ),
        "SVG": (_SCRIPT, "an SVG, which is a program"),
        "SVG behind others": (
            b"<?xml version='1.0'?>\n<!-- a --><!DOCTYPE svg [<!ENTITY a 'b'>]>"
            + _SCRIPT,
            "an SVG, which is a program",
        ),
        "SVG in UTF-16": (
            _SCRIPT.decode().encode("utf-16"),
            "an SVG, which is a program",
        ),
        "SVG by prefix": (b"<s:svg xmlns:s='x'/>", "an SVG, which is a program"),
        "packed SVG": (gzip.compress(_SCRIPT), "a packed file"),
        "encrypted PDF": (_encrypted_pdf(), "opens with a password only"),
        "scanned PDF": (pdf("", ""), "its pages are pictures"),
        "long PDF": (pdf(*["x"] * 501), "It has 501 pages"),
        "cut PDF": (pdf("x")[:60], "broken or cut off"),
        "zip bomb": (office({WORD: 250_000_000}), "Unpacked it would have 250 MB"),
        "lying zip bomb": (_lying_archive(), "broken or cut off"),
        "swollen entry": (office({WORD: 9_000_000}), "Unpacked it would have 9 MB"),
        "many entries": (
            package({f"{at}.xml": "" for at in range(6_000)}, zipfile.ZIP_STORED),
            "in 6,000 files",
        ),
        "nested archives": (package({"a.zip": _ARCHIVE}), "It is an archive"),
        "billion laughs": (word("&i;", before=_LAUGHS), "defines XML entities"),
        "external entity": (word("&x;", before=_READS_FILE), "defines XML entities"),
        "entities in UTF-16": (
            office({WORD: (_READS_FILE + "<d>&x;</d>").encode("utf-16")}),
            "defines XML entities",
        ),
        "encrypted .docx": (_encrypted_archive(), "opens with a password only"),
        "Office of old": (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "the old kind",
        ),
        "empty .docx": (word(""), "no text in it"),
        "no .xlsx": (office({"xl/workbook.xml": "<a/>"}), "broken or cut off"),
        "cut .docx": (word("x")[:-40], "broken or cut off"),
        "empty .pptx": (slides(""), "no text in it"),
        "deep page": (b"<html>" + b"<div>" * 20_000 + b"x", ""),
        "OpenDocument": (
            package({"mimetype": "application/vnd.oasis.opendocument.text"}),
            "OpenDocument",
        ),
        "long text": (b"x " * 600_000, "more than 1,000,000 characters"),
        "binary": (bytes(range(256)) * 20, "no image, document or text"),
        "bad UTF-16": (b"\xff\xfe\x00\xd8\x00", "no image, document or text"),
        "HEIC": (b"\0\0\0\x18ftypheic" + bytes(40), "a HEIC photo"),
        "video": (b"\0\0\0\x18ftypisom" + bytes(40), "a video"),
        "sound": (b"RIFF\0\0\0\0WAVE" + bytes(40), "sound"),
        "BMP": (image("BMP"), "a BMP image"),
        "TIFF": (image("TIFF"), "a TIFF"),
        "program": (b"MZ" + bytes(100), "a program"),
        "ELF": (b"\x7fELF" + bytes(100), "a program"),
        "database": (b"SQLite format 3\x00" + bytes(100), "a database"),
        "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(100), "an archive"),
        "RTF": (b"{\\rtf1 x}", "a rich text file"),
    }


def many_frames():
    """A GIF of which one frame is decoded."""
    return animation(300, (200, 200))
