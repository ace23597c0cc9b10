"""Small makers of what tests need: files, PDFs, a quick encoder that counts its work, a reader that does as told."""

import math
import os
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np

from index.documents import Document, document_id, read_document
from index.encoding import Vectors
from qa.confidence import Confidence
from qa.reader import AnswerSpan, ReadablePassage, Reading

_DIMENSION = 64
_NOBODY = 65534
_TOKEN = re.compile(r"\w{1,8}|[^\w\s]")


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files by their path in the folder; text becomes UTF-8, line ends stay as they are."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def without_root() -> Iterator[None]:
    """Let root be refused what any other user is; only within folders that others may enter."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


class Drawn(NamedTuple):
    """Words at a place of a page, in points from its lower left corner."""

    x: float
    y: float
    text: str
    size: float = 12
    is_bold: bool = False
    turned: bool = False


def pdf(
    pages: Sequence[str | Sequence[Drawn]],
    title: str | None = None,
    bookmarks: Sequence[tuple[str, int]] = (),
    pictures: Collection[int] = (),
) -> bytes:
    """Return a PDF with the lines of each page in Helvetica, or with what is drawn on it; a page "" holds nothing.

    Bookmarks are (words, page). The pages numbered in `pictures` have one too.
    """
    numbers = range(len(pages))
    kids = " ".join(f"{_FIRST_PAGE + 2 * n} 0 R" for n in numbers)
    outline = _FIRST_PAGE + 2 * len(pages)
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R{f' /Outlines {outline} 0 R' if bookmarks else ''} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {f'/Title ({_escaped(title)})' if title else ''} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for n, page in enumerate(pages):
        stream = _lines(page) if isinstance(page, str) else "\n".join(map(_placed, page))
        if n + 1 in pictures:
            stream += "\nq 200 0 0 200 72 300 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x\nEI Q"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {_FIRST_PAGE + 2 * n + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 5 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    if bookmarks:
        last = outline + len(bookmarks)
        objects.append(f"<< /Type /Outlines /First {outline + 1} 0 R /Last {last} 0 R /Count {len(bookmarks)} >>")
    for n, (words, page_number) in enumerate(bookmarks, outline + 1):
        following = f"/Next {n + 1} 0 R " if n < outline + len(bookmarks) else ""
        target = f"[{_FIRST_PAGE + 2 * (page_number - 1)} 0 R /Fit]"
        objects.append(f"<< /Title ({_escaped(words)}) /Parent {outline} 0 R {following}/Dest {target} >>")
    return _assembled(objects)


_FIRST_PAGE = 6


def _lines(text: str) -> str:
    lines = "".join(f"({_escaped(line)}) Tj T*\n" for line in text.split("\n")) if text else ""
    return f"BT /F1 12 Tf 14 TL 72 720 Td\n{lines}ET"


def _placed(drawn: Drawn) -> str:
    font = "/F2" if drawn.is_bold else "/F1"
    turn = "0 1 -1 0" if drawn.turned else "1 0 0 1"
    return f"BT {font} {drawn.size} Tf {turn} {drawn.x} {drawn.y} Tm ({_escaped(drawn.text)}) Tj ET"


def _assembled(objects: Sequence[str]) -> bytes:
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    entries = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{entries}"
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + (table + trailer).encode()


def _escaped(text: str) -> str:
    return re.sub(r"([\\()])", r"\\\1", text)


class WordEncoder:
    """Texts that share words have near vectors, and no others; `embedded` lists every passage text, in order."""

    name = "words"
    dimension = _DIMENSION
    window = 256

    def __init__(self, fingerprint: str = "words-1") -> None:
        self.fingerprint = fingerprint
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_TOKEN.findall(text)) for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return np.array([_vector(text) for text in texts], dtype=np.float32).reshape(len(texts), _DIMENSION)

    def encode_question(self, question: str) -> Vectors:
        return _vector(question)


def _vector(text: str) -> Vectors:
    total = np.zeros(_DIMENSION, dtype=np.float32)
    for word in re.findall(r"\w+", text.casefold()) or [""]:
        total += _vector_of_word(word)
    return np.asarray(total / np.linalg.norm(total), dtype=np.float32)


@cache
def _vector_of_word(word: str) -> Vectors:
    return np.random.default_rng(zlib.crc32(word.encode())).standard_normal(_DIMENSION).astype(np.float32)


#: A confidence that takes the reader's log-odds as they are.
AS_READ = Confidence(similarity=0.0, relevance=0.0, passage_similarity=0.0, support=1.0, lead=0.0, bias=0.0)


def kin(one: str, other: str) -> bool:
    """Stand in for the encoder's word on nouns: troops are soldiers."""
    return one == other or {one, other} == {"troops", "soldiers"}


@dataclass
class ScriptedReader:
    """Finds given words wherever a sentence has them, with a given probability of being right."""

    probabilities: dict[str, float]

    def read(self, question: str, passages: Sequence[ReadablePassage]) -> list[Reading]:
        return [self._reading(passage) for passage in passages]

    def _reading(self, passage: ReadablePassage) -> Reading:
        text = passage.document.text
        spans = [
            AnswerSpan(passage.document, start, start + len(words), s.start, s.end, score)
            for s in passage.passage.sentences
            for words, odds in self.probabilities.items()
            for score in [math.log(odds / (1 - odds))]
            if (start := text.find(words, s.start, s.end)) >= 0
        ]
        best_first = tuple(sorted(spans, key=lambda span: -span.score))
        return Reading(passage, best_first, best_first[0].score if best_first else -10.0)


def document(content: str | bytes, path: str = "notes.txt") -> Document:
    """Return the document that a file with this content becomes."""
    return read_document(path, content.encode() if isinstance(content, str) else content, modified=0.0)


class Shelf:
    """Documents to look through without building an index of them; `files` as for `write`."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._documents = {document_id(path): document(content, path) for path, content in files.items()}

    def paths(self) -> dict[str, str]:
        return {i: found.path for i, found in self._documents.items()}

    def text(self, document_id: str) -> str:
        return self._documents[document_id].text

    def document(self, id_or_path: str) -> Document:
        return self._documents[id_or_path]


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip file of these files, as `write` takes them."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()
