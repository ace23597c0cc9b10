"""Files made to do harm, and honest ones to be damaged; by name, since the ending says how a file is read."""

import os
import random
import socket
import stat
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from email.message import EmailMessage
from functools import partial
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
import openpyxl
import pptx

from tests.builders import pdf, zipped

_MIB = 2**20
_LONG_LINE = 200 * _MIB
_WORDS = "The dam of Kariba is 128 m high, and it holds the water of the Zambezi. Nobody knows why. "
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
_OUTSIDE = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'
_OFFICE = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
_TEXT = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
_CONTAINER = '<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>'
#: The part of each office file whose text is read.
_PARTS = {
    ".docx": "word/document.xml",
    ".odt": "content.xml",
    ".epub": "chapter.xhtml",
    ".xlsx": "xl/worksheets/sheet1.xml",
    ".pptx": "ppt/slides/slide1.xml",
}


def honest() -> dict[str, bytes]:
    """Return an honest file for each ending, by that."""
    markup = f"<html><head><title>Dam</title></head><body><h1>Dam</h1>{f'<p>{_WORDS}</p>' * 20}</body></html>"
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Dam", "a@b.example"
    mail.set_content(_WORDS * 5)
    mail.add_attachment(_WORDS.encode(), maintype="text", subtype="plain", filename="dam.txt")
    return {
        ".txt": (_WORDS * 20).encode(),
        ".md": f"# Dam\n\n{_WORDS}\n\n- item\n\n| a | b |\n|---|---|\n| 1 | 2 |\n".encode() * 5,
        ".py": b"def dam():\n    return 128\n\n" * 20,
        ".xml": f"<?xml version='1.0'?><dam>{_WORDS}</dam>".encode(),
        ".html": markup.encode(),
        ".xhtml": markup.encode(),
        ".pdf": pdf([_WORDS, _WORDS], title="Dam", bookmarks=[("The dam", 1)]),
        ".csv": b"Dam,Height\n" + b"Kariba,128 m\n" * 50,
        ".tsv": b"Dam\tHeight\n" + b"Kariba\t128 m\n" * 50,
        ".json": b'[{"dam": "Kariba", "height": 128}, {"dam": "Hoover", "height": 221}]' * 1,
        ".jsonl": b'{"dam": "Kariba", "height": 128}\n' * 20,
        ".rtf": b"{\\rtf1\\ansi\\ansicpg1252 {\\title Dam}" + b"The dam is 128 m high.\\par " * 30 + b"}",
        ".eml": mail.as_bytes(),
        ".zip": zipped({"a/dam.md": f"# Dam\n\n{_WORDS}", "b.csv": "Dam,Height\nKariba,128 m\n"}),
        ".docx": _word(),
        ".pptx": _slides(),
        ".xlsx": _workbook([["Dam", "Height"], *[["Kariba", 128]] * 30]),
        ".odt": _open_text(f"<text:p>{_WORDS}</text:p>"),
        ".epub": _book(f"<html><body><p>{_WORDS}</p></body></html>"),
    }


def hostile() -> dict[str, Callable[[], bytes]]:
    """Return makers of files, each made to do one kind of harm, by name."""
    files: dict[str, Callable[[], bytes]] = {}
    for group in (_texts, _markup, _tables, _mails, _archives, _pdfs):
        files |= group()
    samples = honest()
    for ending, part in _PARTS.items():
        files |= {
            f"laughs{ending}": partial(_within, samples[ending], part, _LAUGHS, "&j;"),
            f"outside{ending}": partial(_within, samples[ending], part, _OUTSIDE, "&j;"),
            f"bomb{ending}": partial(_zeros, part),
            f"empty-part{ending}": partial(_replaced, samples[ending], {part: b""}),
            f"no-part{ending}": partial(_replaced, samples[ending], {part: None}),
        }
    return files


def huge(folder: Path) -> list[str]:
    """Write files that are one line of 200 MB into a folder; return their names."""
    begins = {"line.txt": "", "line.csv": "Dam,Height\n", "line.html": "<p>", "line.json": '["'}
    piece = (_WORDS.replace('"', "") * 10_000).encode()
    for name, begin in begins.items():
        with (folder / name).open("wb") as file:
            file.write(begin.encode())
            while file.tell() < _LONG_LINE:
                file.write(piece)
    with (folder / "sparse.txt").open("wb") as file:
        file.truncate(_LONG_LINE)
    return [*begins, "sparse.txt"]


def strange(folder: Path) -> list[str]:
    """Put what is no file, or no ordinary one, into a folder; return the names."""
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening, suppress(OSError):  # paths of sockets are short
        listening.bind(str(folder / "socket.txt"))
    with suppress(PermissionError):
        os.mknod(folder / "device.txt", stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero, which never ends
    (folder / "locked.txt").write_text(_WORDS)
    (folder / "locked.txt").chmod(0)
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "dangling.txt").symlink_to("nowhere")
    (folder / "out.txt").symlink_to("/etc/passwd")
    (folder / "around").symlink_to(folder)
    (folder / "none").write_text(_WORDS)
    (folder / "exe.exe").write_bytes(b"MZ")
    (folder / "line\nend.txt").write_text(_WORDS)
    (folder / ("n" * 251 + ".txt")).write_text(_WORDS)
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.txt")).write_text(_WORDS)
    for ending in honest():
        (folder / f"empty{ending}").touch()
    return sorted(name.name.encode("utf-8", "backslashreplace").decode() for name in folder.iterdir())


def damaged(randomness: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield honest files cut short, changed, or under another ending, without end: (name, bytes)."""
    samples = honest()
    number = 0
    while True:
        for ending, data in samples.items():
            number += 1
            yield f"cut-{number}{ending}", data[: randomness.randrange(1, len(data))]
            changed = bytearray(data)
            for _ in range(randomness.choice([1, 3, 30])):
                changed[randomness.randrange(len(data))] = randomness.randrange(256)
            yield f"flipped-{number}{ending}", bytes(changed)
            other = randomness.choice(sorted(samples.keys() - {ending}))
            yield f"really{other.replace('.', '-')}-{number}{ending}", samples[other]
            at = randomness.randrange(len(data))
            middle = randomness.choice([randomness.randbytes(200), data, b"\0" * 50, b"<" * 5000, b"\xff" * 10])
            yield f"mixed-{number}{ending}", data[:at] + middle + data[at:]


def _texts() -> dict[str, Callable[[], bytes]]:
    return {
        "odd-utf16.txt": lambda: b"\xff\xfe" + "Dam".encode("utf-16-le") + b"x",
        "lone-utf16.txt": lambda: b"\xff\xfe" + "Dam \ud800 dam".encode("utf-16-le", "surrogatepass"),
        "lone-utf8.txt": lambda: "Dam \udc00 dam".encode("utf-8", "surrogatepass"),
        "mark-only.txt": lambda: b"\xef\xbb\xbf",
        "mark-invalid.md": lambda: b"\xef\xbb\xbfDam \xff\xfe\xfa dam",
        "beyond-utf32.txt": lambda: b"\xff\xfe\0\0" + struct.pack("<I", 0x110000),
        "overlong.txt": lambda: b"Dam \xc0\xaf\xc0\x80 dam",
        "random.txt": lambda: random.Random(1).randbytes(3 * _MIB),
        "random-latin.txt": lambda: bytes(random.Random(2).choices(range(160, 256), k=2 * _MIB)),
        "blank.txt": lambda: b" \t\r\n" * _MIB,
        "accents.txt": lambda: b"e" + "\u0301".encode() * 300_000,
        "backwards.txt": lambda: ("\u202e" + _WORDS).encode() * 100,
        "quotes.txt": lambda: b"'" * _MIB,
        "nothing-visible.txt": lambda: "\u200b\n\n".encode() * 50_000,
        "returns.txt": lambda: b"a\r" * 300_000,
        "pages.txt": lambda: b"a\f" * 200_000,
        "items.txt": lambda: b"- a\n" * 100_000,
        "brackets.md": lambda: b"![" * 300_000,
        "deep-quotes.md": lambda: b"> " * 100_000 + b"Dam",
        "deep-lists.md": lambda: b"".join(b" " * n + b"- dam\n" for n in range(2000)),
        "wide-table.md": lambda: b"|a" * 20_000 + b"|\n" + b"|-" * 20_000 + b"|\n" + b"|1" * 20_000 + b"|\n",
        "ticks.md": lambda: b"".join(b"`" * n + b" " for n in range(1500)),
        "front.md": lambda: b"---\n" + b"a: &a [*a]\n" * 100_000,
        "lines.py": lambda: b"\n" * 3_000_000 + b"x",
        "deep.json": lambda: b"[" * 300_000 + b"]" * 300_000,
        "deep-object.json": lambda: b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
        "digits.json": lambda: b"[" + b"9" * 3_000_000 + b"]",
        "lone.json": lambda: b'["\\ud800 dam", "\\u0000"]',
        "entries.json": lambda: b"[" + b"1," * 400_000 + b"1]",
        "deep.jsonl": lambda: b"[" * 100_000 + b"\n",
        "braces.rtf": lambda: b"{\\rtf1 " + b"{" * 300_000 + b"dam" + b"}" * 300_001,
        "binary.rtf": lambda: b"{\\rtf1 dam \\bin999999999 x}",
        "characters.rtf": lambda: b"{\\rtf1 \\u-99999? \\u55296? \\'zz dam}",
        "links.rtf": lambda: b"{\\rtf1 " + b"{\\field{\\*\\fldinst HYPERLINK " * 20_000 + b"}",
    }


def _markup() -> dict[str, Callable[[], bytes]]:
    lies = ("utf-16", "utf-7", "punycode", "idna", "unicode_escape", "base64", "undefined", "nonsense", "cp037")
    files: dict[str, Callable[[], bytes]] = {
        f"says-{name}.html": partial(f"<meta charset={name}><p>{_WORDS}é\\ud800".encode, "latin-1") for name in lies
    }
    return files | {
        "deep.html": lambda: b"<div>" * 300_000 + b"dam",
        "deep-tables.html": lambda: b"<table><tr><td>" * 20_000 + b"dam",
        "unclosed.html": lambda: b"<b><i><a href=x>dam" * 20_000,
        "formatting.html": lambda: b"<p><font><b><i><u>" * 3000 + b"dam",
        "attributes.html": lambda: b"<p " + b"".join(b"a%d=1 " % n for n in range(100_000)) + b">dam</p>",
        "comment.html": lambda: b"<p>dam</p><!--" + b"-" * _MIB,
        "references.html": lambda: b"&#xD800;&#x110000;&NotAnEntity" * 100_000,
        "laughs.html": lambda: f"{_LAUGHS}<p>dam &j;</p>".encode(),
        "laughs.xhtml": lambda: f"{_LAUGHS}<html><body><p>dam &j;</p></body></html>".encode(),
        "laughs.xml": lambda: f"{_LAUGHS}<x>&j;</x>".encode(),
        "empty-elements.xhtml": lambda: b"<title" * 200_000,
        "punycode.html": lambda: b"<meta charset=punycode>" + b"\xe9" + b"a-" + b"zzzz" * 200_000,
        "deep.odt": lambda: _open_text("<text:span>" * 100_000 + "dam" + "</text:span>" * 100_000),
        "spaces.odt": lambda: _open_text('<text:p>dam<text:s text:c="99999999999"/>dam</text:p>'),
        "deep.docx": lambda: _word_of("<w:ins>" * 100_000 + "</w:ins>" * 100_000),
        "nested-tables.docx": lambda: _word_of("<w:tbl><w:tr><w:tc>" * 60 + "</w:tc></w:tr></w:tbl>" * 60),
        "many.docx": lambda: _word_of("<w:p><w:r><w:t>d</w:t></w:r></w:p>" * 200_000),
        "repeated.epub": lambda: _book(f"<p>{_WORDS * 2000}</p>", times=9000),
        "itself.epub": lambda: zipped({"META-INF/container.xml": _CONTAINER.replace("book.opf", "../../etc/passwd")}),
        "deep.epub": lambda: _book("<div>" * 200_000 + "dam"),
    }


def _tables() -> dict[str, Callable[[], bytes]]:
    far = '<row r="{0}"><c r="XFD{0}"><v>1</v></c></row>'
    return {
        "columns.csv": lambda: b"a," * 1_000_000 + b"\n" + b"1," * 1_000_000,
        "quote.csv": lambda: b'Dam,"Height\n' * 200_000,
        "delimiters.csv": lambda: b",;\t|" * 500_000,
        "cell.csv": lambda: b"Dam," + b"x" * (3 * _MIB),
        "zeros.csv": lambda: b"Dam,\0\n" * 1000,
        "columns.tsv": lambda: b"a\t" * 1_000_000,
        "rows.csv": lambda: b"a,b\n" * 300_000,
        "far.xlsx": lambda: _sheet("".join(far.format(n) for n in range(1, 50_000))),
        "last.xlsx": lambda: _sheet(far.format(1_048_576)),
        "no-such-string.xlsx": lambda: _sheet('<row r="1"><c r="A1" t="s"><v>999999999</v></c></row>'),
        "odd-row.xlsx": lambda: _sheet('<row r="-5"><c r="??"><v>x</v></c></row><row r="x"/>'),
        "dates.xlsx": lambda: _sheet(
            '<row r="1"><c r="A1" t="d"><v>99999-99-99</v></c><c r="B1"><v>1e999</v></c></row>'
        ),
        "many.xlsx": lambda: _sheet("<row><c><v>1</v></c><c><v>2</v></c></row>" * 150_000),
    }


def _mails() -> dict[str, Callable[[], bytes]]:
    head = b"Subject: Dam\r\nFrom: a@b.example\r\n"

    def nested(depth: int) -> bytes:
        opened = b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(depth)
        )
        closed = b"".join(b"\r\n--%d--\r\n" % n for n in reversed(range(depth)))
        return head + opened + b"\r\ndam" + closed

    return {
        "deep.eml": lambda: nested(3000),
        "deep-enough.eml": lambda: nested(80),
        "forwarded.eml": lambda: (head + b"Content-Type: message/rfc822\r\n\r\n") * 1000 + b"dam",
        "header.eml": lambda: b"Subject: " + b"dam " * _MIB + b"\r\n\r\ndam",
        "headers.eml": lambda: head + b"To: a@b.example\r\n" * 50_000 + b"\r\ndam",
        "words.eml": lambda: b"Subject: " + b"=?utf-8?b?" * 20_000 + b"\r\n\r\ndam",
        "addresses.eml": lambda: b"From: " + b"(" * 50_000 + b"\r\nSubject: x\r\n\r\ndam",
        "parts.eml": lambda: (
            head + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n\r\ndam\r\n" * 20_000 + b"--a--"
        ),
        "no-base64.eml": lambda: head + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"\xff=!" * _MIB,
        "no-charset.eml": lambda: head + b"Content-Type: text/plain; charset=nonsense\r\n\r\nd\xe9m",
        "hidden-bomb.eml": lambda: (
            head
            + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"
            + b"Content-Disposition: attachment; filename=b.docx\r\n\r\n"
            + zipped({"word/document.xml": bytes(64 * _MIB)})
            + b"\r\n--a--"
        ),
    }


def _archives() -> dict[str, Callable[[], bytes]]:
    text = _WORDS.encode()

    def named(name: str, attributes: int = 0) -> bytes:
        buffer = BytesIO()
        with ZipFile(buffer, "w") as archive:
            entry = ZipInfo("x" * len(name.encode()))
            entry.external_attr = attributes << 16
            archive.writestr(entry, text)
        return buffer.getvalue().replace(b"x" * len(name.encode()), name.encode())

    def nested(depth: int, data: bytes) -> bytes:
        for _ in range(depth):
            data = zipped({"inner.zip": data, "dam.txt": text})
        return data

    def bomb() -> bytes:
        return zipped({f"{n}.txt": bytes(40 * _MIB) for n in range(8)})

    return {
        "bomb.zip": bomb,
        "nested-bomb.zip": lambda: nested(5, bomb()),
        "nested.zip": lambda: nested(30, text),
        "within.zip": lambda: zipped(
            {"a.docx": _word(), "b.zip": text, "c.eml": b"Subject: x\r\n\r\ndam", "d.txt": ""}
        ),
        "above.zip": lambda: named("../../../tmp/dam.txt"),
        "absolute.zip": lambda: named("/etc/dam.txt"),
        "drive.zip": lambda: named("C:\\windows\\dam.txt"),
        "long-name.zip": lambda: named("n" * 60_000 + ".txt"),
        "zero.zip": lambda: named("dam\0.txt"),
        "link.zip": lambda: named("link.txt", stat.S_IFLNK | 0o777),
        "many.zip": lambda: zipped({f"{n}.txt": "" for n in range(10_500)}),
        "small-files.zip": lambda: zipped({f"{n}.txt": "dam" for n in range(3000)}),
        "books.zip": lambda: zipped({f"{n}.docx": _word() for n in range(50)}),
        "twice.zip": lambda: _twice(text),
        "prefix.zip": lambda: b"MZ" + bytes(5000) + zipped({"a.txt": text}),
    }


def _pdfs() -> dict[str, Callable[[], bytes]]:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    bomb = zlib.compress(b"BT /F 9 Tf (dam dam dam) Tj ET\n" * 3_000_000)
    return {
        "loop.pdf": lambda: _objects([_CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>"]),
        "parent.pdf": lambda: _objects(
            [_CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 3 0 R >>", page, b"4 0 R"]
        ),
        "count.pdf": lambda: _objects([_CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>", page]),
        "kids.pdf": lambda: _objects(
            [_CATALOG, b"<< /Type /Pages /Kids [" + b"3 0 R " * 200_000 + b"] /Count 200000 >>", page]
        ),
        "size.pdf": lambda: _objects([_CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page], size=2**31 - 1),
        "objects.pdf": lambda: _objects(
            [_CATALOG, b"<< /Type /ObjStm /N 999999999 /First 999999999 /Length 3 >>\nstream\n1 0\nendstream"]
        ),
        "length.pdf": lambda: _objects(
            [_CATALOG, _PAGES, page, b"<< /Length 999999999999 >>\nstream\nBT (dam) Tj ET\nendstream"]
        ),
        "previous.pdf": lambda: pdf([_WORDS]).replace(b"/Size", b"/Prev 9 /Size"),
        "nested.pdf": lambda: _objects([_CATALOG, _PAGES, page, b"[" * 100_000 + b"]" * 100_000]),
        "bomb.pdf": lambda: _objects(
            [
                _CATALOG,
                _PAGES,
                page,
                b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(bomb) + bomb + b"\nendstream",
            ]
        ),
        "outline.pdf": lambda: pdf([_WORDS], bookmarks=[("dam", 1), ("high", 1)]).replace(
            b"/Next 9 0 R", b"/Next 8 0 R"
        ),
        "form.pdf": lambda: _objects(
            [
                _CATALOG,
                _PAGES,
                page.replace(b">>", b"/Resources << /XObject << /X 4 0 R >> >> >>"),
                b"<< /Subtype /Form /Resources << /XObject << /X 4 0 R >> >> /Length 5 >>\nstream\n/X Do\nendstream",
            ]
        ),
    }


_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def _objects(bodies: list[bytes], size: int | None = None) -> bytes:
    data, offsets = b"%PDF-1.5\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(bodies) + 1, entries)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size or len(bodies) + 1, len(data))
    return data + table + trailer


def _twice(text: bytes) -> bytes:
    """Return an archive whose directory names one entry a thousand times."""
    data = zipped({"a.txt": text})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entries = data[start:end] * 1000
    return data[:start] + entries + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1000, 1000, len(entries), start, 0)


def _word() -> bytes:
    document = docx.Document()
    document.add_heading("Dam", 1)
    for _ in range(10):
        document.add_paragraph(_WORDS)
    return _saved(document.save)


def _word_of(body: str) -> bytes:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    content = f"<w:document {space}><w:body>{body}</w:body></w:document>"
    return _replaced(_word(), {_PARTS[".docx"]: content.encode()})


def _slides() -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Dam"
    slide.placeholders[1].text = _WORDS
    return _saved(presentation.save)


def _workbook(rows: Sequence[Sequence[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    return _saved(workbook.save)


def _sheet(rows: str) -> bytes:
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    content = f"<worksheet {space}><sheetData>{rows}</sheetData></worksheet>"
    return _replaced(_workbook([["Dam"]]), {_PARTS[".xlsx"]: content.encode()})


def _open_text(body: str) -> bytes:
    content = f"<office:document-content {_OFFICE} {_TEXT}><office:body><office:text>{body}</office:text></office:body>"
    return zipped({"content.xml": f"{content}</office:document-content>"})


def _book(chapter: str, times: int = 1) -> bytes:
    item = '<item id="c" href="chapter.xhtml" media-type="application/xhtml+xml"/>'
    spine = '<itemref idref="c"/>' * times
    package = f"<package><manifest>{item}</manifest><spine>{spine}</spine></package>"
    return zipped({"META-INF/container.xml": _CONTAINER, "book.opf": package, "chapter.xhtml": chapter})


def _saved(save: Callable[[BytesIO], object]) -> bytes:
    buffer = BytesIO()
    save(buffer)
    return buffer.getvalue()


def _zeros(part: str) -> bytes:
    return zipped({part: bytes(100 * _MIB)})


def _within(data: bytes, part: str, declared: str, used: str) -> bytes:
    """Put a declaration before the XML of a part, and what it declares into its text."""
    with ZipFile(BytesIO(data)) as archive:
        content = archive.read(part).decode()
    head, end, rest = content.partition("?>") if content.startswith("<?xml") else ("", "", content)
    return _replaced(data, {part: (head + end + declared + rest.replace("dam", used, 1)).encode()})


def _replaced(data: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """Return a zip file with other contents of some entries, or without them."""
    buffer = BytesIO()
    with ZipFile(BytesIO(data)) as before, ZipFile(buffer, "w", ZIP_DEFLATED) as after:
        for entry in before.infolist():
            content = parts.get(entry.filename, before.read(entry))
            if content is not None:
                after.writestr(entry.filename, content)
    return buffer.getvalue()
