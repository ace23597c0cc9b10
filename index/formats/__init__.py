"""One small file per kind of file; each turns bytes into an `Extraction`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from index.formats import html, markdown, pdf, plain_text
from index.formats.extraction import Extraction

Extract = Callable[[bytes], Extraction]

#: File name endings, in lower case, and the function that reads such a file.
FORMATS: Mapping[str, Extract] = MappingProxyType(
    {
        ".txt": plain_text.extract,
        ".text": plain_text.extract,
        ".md": markdown.extract,
        ".markdown": markdown.extract,
        ".html": html.extract,
        ".htm": html.extract,
        ".xhtml": html.extract,
        ".pdf": pdf.extract,
    }
)
