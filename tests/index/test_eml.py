from email.message import EmailMessage

import pytest

from index.errors import UnreadableFile
from index.formats.eml import extract
from index.formats.extraction import Block, Extraction


def mail(text: str = "It stands.\n", subject: str = "Dams") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ada <ada@example.org>"
    message["To"] = "Bob <bob@example.org>"
    message["Date"] = "Wed, 30 Oct 2024 10:00:00 +0100"
    message["Subject"] = subject
    message.set_content(text)
    return message


HEAD = (
    "From: Ada <ada@example.org>\n\nTo: Bob <bob@example.org>\n\nDate: Wed, 30 Oct 2024 10:00:00 +0100\n\nSubject: Dams"
)


def test_a_mail_says_who_wrote_to_whom_when_and_about_what() -> None:
    extraction = extract(mail("It stands.\n\n- one\n").as_bytes())
    assert (extraction.text, extraction.title) == (f"{HEAD}\n\nIt stands.\n\n- one", "Dams")
    assert [block.kind for block in extraction.blocks] == [*["paragraph"] * 5, "item"]


def test_of_a_text_that_comes_twice_the_plain_one_is_read() -> None:
    message = mail()
    message.add_alternative("<p>It <b>stands</b>.</p>", subtype="html")
    assert extract(message.as_bytes()).text == f"{HEAD}\n\nIt stands."


def test_a_text_that_comes_as_html_alone_is_read() -> None:
    message = mail()
    message.set_content("<title>No</title><p>It <b>stands</b>.<p>High.", subtype="html")
    assert extract(message.as_bytes()).text == f"{HEAD}\n\nIt stands.\n\nHigh."


def test_attachments_stand_below_their_names_or_are_listed() -> None:
    message = mail()
    message.add_attachment(b"# Kariba\n\nHigh.", maintype="text", subtype="markdown", filename="kariba.md")
    message.add_attachment(b"\x00", maintype="application", subtype="octet-stream", filename="a.exe")
    extraction = extract(message.as_bytes())
    assert extraction.text == f"{HEAD}\n\nIt stands.\n\nkariba.md\n\n# Kariba\n\nHigh."
    assert [block.level for block in extraction.blocks[-3:]] == [1, 2, 0]
    assert [(entry.name, entry.reason[:31]) for entry in extraction.left_out] == [
        ("a.exe", "has a type that is not read yet")
    ]


def test_pictures_in_the_text_are_no_attachments() -> None:
    message = mail()
    message.add_alternative("<p>It stands. <img src='cid:x'>", subtype="html")
    *_, html = message.iter_parts()
    html.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<x>")
    assert extract(message.as_bytes()) == extract(mail().as_bytes())


def test_a_file_that_the_text_refers_to_is_read_or_listed_unless_it_is_a_picture() -> None:
    message = mail()
    message.add_attachment(b"High.", "text", "plain", filename="a.txt", disposition="inline", cid="<a>")
    message.add_attachment(b"\x00", "application", "octet-stream", filename="b.exe", disposition="inline", cid="<b>")
    message.add_attachment(b"\x89PNG", "image", "png", filename="c.png", disposition="inline", cid="<c>")
    extraction = extract(message.as_bytes())
    assert extraction.text == f"{HEAD}\n\nIt stands.\n\na.txt\n\nHigh."
    assert [(entry.name, entry.reason[:31]) for entry in extraction.left_out] == [
        ("b.exe", "has a type that is not read yet")
    ]


def test_a_file_beside_the_other_form_of_the_text_is_not_lost() -> None:
    message = mail()
    message.add_alternative("<p>It stands.", subtype="html")
    *_, html = message.iter_parts()
    html.add_attachment(b"High.", maintype="text", subtype="plain", filename="a.txt")
    assert extract(message.as_bytes()).text == f"{HEAD}\n\nIt stands.\n\na.txt\n\nHigh."


def test_a_forwarded_mail_is_read_below_its_subject() -> None:
    message = mail()
    message.add_attachment(mail("Inner.", "Old dams"))
    assert extract(message.as_bytes()).text == (
        f"{HEAD}\n\nIt stands.\n\nOld dams\n\n{HEAD.replace('Dams', 'Old dams')}\n\nInner."
    )


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16", "unknown"])
def test_the_encoding_is_the_declared_one_or_told(charset: str) -> None:
    body = "Käse für Gérard".encode("cp1252" if charset == "unknown" else charset)
    data = f"Subject: x\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode() + body
    assert extract(data).text.startswith("Subject: x\n\nK")
    assert extract(data).text.encode()


def test_an_encoding_that_looks_like_ascii_is_decoded() -> None:
    data = b"Subject: x\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + "漢字".encode("iso-2022-jp")
    assert extract(data).text == "Subject: x\n\n漢字"


def test_a_header_that_cannot_be_decoded_leaves_valid_unicode() -> None:
    extraction = extract(b"From: \xff\xfe <a@b>\r\nSubject: =?utf-8?q?K=C3=A4se=FF?= \xff\r\n\r\nHi.\r\n")
    assert extraction.text.encode() and extraction.title and extraction.title.encode()


def test_a_header_over_two_lines_is_one_line() -> None:
    assert extract(b"Subject: The\r\n old dam\r\n\r\nHi.") == Extraction(
        "Subject: The old dam\n\nHi.", (Block(0, 20, "paragraph"), Block(22, 25, "paragraph")), "The old dam"
    )


def test_a_mail_without_a_subject_has_no_title() -> None:
    assert extract(b"From: a@b\r\n\r\nHi.").title is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Just text.\n\nMore.", "is not a mail: it names no sender and no subject; save the mail again as .eml"),
        (
            b"Subject: x\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\none",
            "is cut short: a part of the mail has no end; save the mail again as .eml",
        ),
    ],
)
def test_a_damaged_file_is_refused_with_a_next_step(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        extract(data)
    assert str(refused.value) == reason
