"""Mails: who wrote to whom, when and about what, the text, and below their names the attached files."""

import email
import email.policy
import re
from collections.abc import Iterator
from email.errors import CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect
from email.message import EmailMessage, MIMEPart

from index.errors import UnreadableFile
from index.formats import html
from index.formats.extraction import Extraction
from index.formats.members import add_member
from index.formats.plain_text import paragraphs
from index.formats.text_encoding import decode
from index.formats.text_writer import TextWriter

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_MAILBOX_LINE = re.compile(rb"\A>?From [^\n]*\n")  # above the headers, where a mailbox was taken apart
_CUT_SHORT = (StartBoundaryNotFoundDefect, CloseBoundaryNotFoundDefect)


def extract(data: bytes) -> Extraction:
    """Read an .eml file; the title is its subject. Of a text that comes plain and as HTML, the plain one is read."""
    message = email.message_from_bytes(_MAILBOX_LINE.sub(b"", data), policy=email.policy.default)
    if not any(name in message for name in _HEADERS):
        raise UnreadableFile("is not a mail: it names no sender and no subject; save the mail again as .eml")
    if any(isinstance(defect, _CUT_SHORT) for defect in message.defects):
        raise UnreadableFile("is cut short: a part of the mail has no end; save the mail again as .eml")
    writer = TextWriter()
    _add_mail(writer, message)
    return writer.extraction(_header(message, "Subject"), else_first_heading=False)


def _add_mail(writer: TextWriter, message: EmailMessage) -> None:
    for header in _HEADERS:
        if value := _header(message, header):
            writer.add(f"{header}: {value}")
    for part in _parts(message):
        name = part.get_filename()
        if part.get_content_type() == "message/rfc822":
            _add_forwarded(writer, name, part.get_content())
        elif name is None and part.get_content_maintype() == "text" and not part.is_attachment():
            writer.add_extraction(_text(part))
        elif part.is_attachment() or part["Content-ID"] is None or part.get_content_maintype() != "image":
            # Others are pictures in the text.
            add_member(writer, name or "attachment", _payload(part))


def _header(message: EmailMessage, name: str) -> str:
    return ", ".join(" ".join(str(value).split()) for value in message.get_all(name, []))


def _parts(message: MIMEPart) -> Iterator[MIMEPart]:
    """Yield what the message is made of; of a text that comes in several forms only one, and its files."""
    kind = message.get_content_type()
    if not message.is_multipart() or kind == "message/rfc822":
        yield message
        return
    parts = [leaf for part in message.iter_parts() for leaf in _parts(part)]
    chosen = message.get_body(("plain", "html")) if kind == "multipart/alternative" else None
    yield from (part for part in parts if chosen is None or part is chosen or part.get_filename() is not None)


def _text(part: MIMEPart) -> Extraction:
    text = decode(_payload(part), part.get_content_charset())
    if part.get_content_subtype() == "html":
        return html.extract_all(text.encode("utf-8", "replace"))
    text = text.replace("\r\n", "\n").strip()
    return Extraction(text, tuple(paragraphs(text)))


def _payload(part: MIMEPart) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _add_forwarded(writer: TextWriter, name: str | None, message: EmailMessage) -> None:
    inner = TextWriter()
    _add_mail(inner, message)
    writer.add(name or _header(message, "Subject"), "heading", 1)
    writer.add_extraction(inner.extraction(), below=1)
