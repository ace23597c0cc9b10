"""EPUB books: the chapters in the order in which they are read."""

import posixpath
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from index.errors import UnreadableFile
from index.formats import html
from index.formats.extraction import Extraction, LeftOut
from index.formats.text_writer import TextWriter
from index.formats.zip_guard import damaged, open_zip, parse_xml

_KIND = "an EPUB book (.epub)"
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html")


def extract(data: bytes) -> Extraction:
    """Read an .epub file; the title is the book's. A chapter that is missing or protected is listed, not read."""
    writer = TextWriter()
    with open_zip(data, _KIND) as archive:
        package_path = next((e.get("full-path") for e in _elements(_xml(archive, _CONTAINER), "rootfile")), None)
        package = _xml(archive, package_path or "")
        protected = _protected(archive)
        for path in _chapters(package, posixpath.dirname(package_path or "")):
            if path in protected:
                writer.left_out.append(LeftOut(path, "is protected against being read"))
            elif path not in archive.namelist():
                writer.left_out.append(LeftOut(path, "is missing; get the book again"))
            else:
                writer.add_extraction(html.extract_all(archive.read(path)))
    if not writer.blocks and protected:
        raise UnreadableFile("is protected against being read (DRM); get a copy that is not")
    title = next((element.text for element in _elements(package, "title")), None)
    return writer.extraction(title)


def _chapters(package: Element, folder: str) -> list[str]:
    """Return the paths in the archive of what the spine names, in its order."""
    paths = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        for item in _elements(package, "item")
        if item.get("media-type") in _PAGES
    }
    return [paths[entry.get("idref")] for entry in _elements(package, "itemref") if entry.get("idref") in paths]


def _protected(archive: ZipFile) -> set[str]:
    if _ENCRYPTION not in archive.namelist():
        return set()
    return {unquote(e.get("URI", "")) for e in _elements(_xml(archive, _ENCRYPTION), "CipherReference")}


def _xml(archive: ZipFile, path: str) -> Element:
    if path not in archive.namelist():
        raise damaged(_KIND)
    return parse_xml(archive.read(path), _KIND)


def _elements(root: Element, name: str) -> list[Element]:
    """Return the elements of this name, whatever their namespace."""
    return root.findall(f".//{{*}}{name}")
