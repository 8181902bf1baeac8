"""Makes files to attach: honest ones, of every kind that is read."""

import io
import zipfile

from PIL import Image, PngImagePlugin

WORD = "word/document.xml"
WORKBOOK = "xl/workbook.xml"
SLIDES = "ppt/presentation.xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def image(format_="PNG", size=(30, 20), mode="RGB", color="red", **options):
    """An image of one colour."""
    written = io.BytesIO()
    Image.new(mode, size, color).save(written, format_, **options)
    return written.getvalue()


def photo(size=(40, 20), orientation=6):
    """A JPEG as a phone makes it: on its side, with place, camera, comment and XMP."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Camera of Eve"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 13.0)
    pixels = Image.new("RGB", size, "red")
    pixels.paste("blue", (0, 0, size[0] // 2, size[1]))
    written = io.BytesIO()
    pixels.save(
        written, "JPEG", exif=exif, comment=b"secret comment", xmp=b"<x:xmpmeta/>"
    )
    return written.getvalue()


def noted_png():
    """A PNG with a text and a profile that is none."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Eve at home")
    return image(pnginfo=notes, icc_profile=b"no profile at all")


def animation(frames=3, size=(30, 20)):
    """A GIF of several frames."""
    pictures = [Image.new("P", size, at % 200) for at in range(frames)]
    written = io.BytesIO()
    pictures[0].save(written, "GIF", save_all=True, append_images=pictures[1:])
    return written.getvalue()


def pdf(*texts, extra=b"", trailer=b""):
    """A PDF with a page for each text."""
    pages = b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(texts)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(texts), pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, text in enumerate(texts):
        drawn = b"BT /F1 12 Tf 20 100 Td (%s) Tj ET" % text.encode() if text else b""
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * at),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        ]
    if extra:
        objects.append(extra)
    written, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % at for at in places)
    size = b"/Size %d /Root 1 0 R" % (len(objects) + 1)
    return written + b"trailer\n<< %s %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        *(size, trailer),
        start,
    )


def package(parts, compression=zipfile.ZIP_DEFLATED):
    """An archive of these parts; a number is so many blanks."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        for name, part in parts.items():
            if isinstance(part, int):
                with archive.open(name, "w") as entry:
                    for _ in range(part // 1_000_000):
                        entry.write(b" " * 1_000_000)
            else:
                archive.writestr(name, part)
    return written.getvalue()


def office(parts):
    """An archive as Office writes it."""
    types = (
        f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="text/xml"/>'
        '<Default Extension="rels" ContentType="text/xml"/></Types>'
    )
    return package({"[Content_Types].xml": types, **parts})


def _relations(**targets):
    each = "".join(
        f'<Relationship Id="{name}" Type="{_R}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELS}">{each}</Relationships>'


def word(*paragraphs, before=""):
    """A .docx of these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in paragraphs)
    document = f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    opening = _relations(r1=("officeDocument", WORD))
    return office({"_rels/.rels": opening, WORD: before + document})


def workbook(**sheets):
    """An .xlsx of these sheets, each a list of rows of numbers and texts."""
    named = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="s{at}"/>'
        for at, name in enumerate(sheets, 1)
    )
    files = {
        f"s{at}": ("worksheet", f"sheet{at}.xml") for at in range(1, 1 + len(sheets))
    }
    parts = {
        "_rels/.rels": _relations(r1=("officeDocument", WORKBOOK)),
        WORKBOOK: f'<workbook xmlns="{_S}" xmlns:r="{_R}"><sheets>{named}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": _relations(**files),
    }
    for at, rows in enumerate(sheets.values(), 1):
        cells = "".join(
            f'<row r="{number}">{"".join(map(_cell, row))}</row>'
            for number, row in enumerate(rows, 1)
        )
        parts[f"xl/sheet{at}.xml"] = (
            f'<worksheet xmlns="{_S}"><sheetData>{cells}</sheetData></worksheet>'
        )
    return office(parts)


def _cell(value):
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def slides(*texts, notes=""):
    """A .pptx of a slide for each text; the last one stands first in the archive."""
    listed = "".join(
        f'<p:sldId id="{255 + at}" r:id="s{at}"/>' for at in range(1, 1 + len(texts))
    )
    files = {
        f"s{at}": ("slide", f"slides/slide{at}.xml") for at in range(1, 1 + len(texts))
    }
    parts = {
        SLIDES: f'<p:presentation xmlns:p="{_P}" xmlns:r="{_R}"><p:sldIdLst>{listed}'
        "</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": _relations(**files),
    }
    for at, text in reversed(list(enumerate(texts, 1))):
        parts[f"ppt/slides/slide{at}.xml"] = _slide("sld", text)
    if notes:
        parts["ppt/slides/_rels/slide1.xml.rels"] = _relations(
            n=("notesSlide", "../notesSlides/notes1.xml")
        )
        parts["ppt/notesSlides/notes1.xml"] = _slide("notes", notes)
    return office(parts)


def _slide(kind, text):
    runs = f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"
    return f'<p:{kind} xmlns:p="{_P}" xmlns:a="{_A}">{runs}</p:{kind}>'
