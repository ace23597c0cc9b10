from collections.abc import Mapping
from types import MappingProxyType

import pytest

from index.errors import UnreadableFile
from index.formats.epub import extract
from index.formats.extraction import Block, Extraction, LeftOut
from tests.builders import zipped

DAMAGED = r"^is damaged or not an EPUB book \(\.epub\); open it in its program and save it again$"
CONTAINER = '<container xmlns="urn:c"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
ITEM = '<item id="{0}" href="{0}.xhtml" media-type="application/xhtml+xml"/>'


def epub(
    chapters: dict[str, str], spine: list[str] | None = None, others: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    spine = list(chapters) if spine is None else spine
    manifest = "".join(ITEM.format(name) for name in sorted({*chapters, *spine}))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<metadata><dc:title>Our dams</dc:title></metadata><manifest><item id="c" href="c.css" media-type="text/css"/>'
        f"{manifest}</manifest><spine>{''.join(f'<itemref idref={name!r}/>' for name in spine)}</spine></package>"
    )
    files = {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package}
    return zipped({**files, **{f"OEBPS/{name}.xhtml": text for name, text in chapters.items()}, **others})


def test_chapters_follow_one_another_in_reading_order() -> None:
    book = epub({"b": "<h1>Two</h1><p>The end.", "a": "<h1>One</h1><p>It &amp; I stand."}, spine=["a", "b"])
    assert extract(book) == Extraction(
        "One\n\nIt & I stand.\n\nTwo\n\nThe end.",
        (
            *(Block(0, 3, "heading", 1), Block(5, 18, "paragraph")),
            *(Block(20, 23, "heading", 1), Block(25, 33, "paragraph")),
        ),
        "Our dams",
    )


def test_an_empty_title_does_not_swallow_the_chapter() -> None:
    assert extract(epub({"a": "<html><head><title/></head><body><p>It stands.</p></body></html>"})).text == "It stands."


def test_what_stands_beside_the_matter_of_a_chapter_is_read_too() -> None:
    chapter = f"<main><p>{'It stands. ' * 20}</p></main><aside>A note.</aside>"
    assert extract(epub({"a": chapter})).text.endswith("\n\nA note.")


def test_a_chapter_that_is_missing_is_listed() -> None:
    assert extract(epub({"a": "<p>One."}, spine=["a", "b"])).left_out == (
        LeftOut("OEBPS/b.xhtml", "is missing; get the book again"),
    )


def test_a_protected_book_is_refused() -> None:
    encryption = '<e><EncryptedData><CipherData><CipherReference URI="OEBPS/a.xhtml"/></CipherData></EncryptedData></e>'
    with pytest.raises(UnreadableFile, match=r"^is protected against being read \(DRM\); get a copy that is not$"):
        extract(epub({"a": "\x01\x02"}, others={"META-INF/encryption.xml": encryption}))


@pytest.mark.parametrize(
    "data",
    [
        *(b"text", epub({"a": "<p>x"})[:-9], zipped({"a": "b"})),
        *(zipped({"META-INF/container.xml": CONTAINER}), zipped({"META-INF/container.xml": "<x"})),
    ],
)
def test_a_damaged_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=DAMAGED):
        extract(data)
