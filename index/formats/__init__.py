"""One small file per kind of file; each turns bytes into an `Extraction`."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from index.errors import UnreadableFile
from index.formats import (
    archive,
    code,
    csv,
    docx,
    eml,
    epub,
    html,
    json,
    markdown,
    odt,
    pdf,
    plain_text,
    pptx,
    rtf,
    xlsx,
)
from index.formats.extraction import Extraction, valid_unicode

Extract = Callable[[bytes], Extraction]

#: File name endings, in lower case, and the function that reads such a file.
FORMATS: Mapping[str, Extract] = MappingProxyType(
    {
        ".txt": plain_text.extract,
        ".text": plain_text.extract,
        ".rst": plain_text.extract,
        ".adoc": plain_text.extract,
        ".org": plain_text.extract,
        ".md": markdown.extract,
        ".markdown": markdown.extract,
        ".html": html.extract,
        ".htm": html.extract,
        ".xhtml": html.extract_xhtml,
        ".pdf": pdf.extract,
        ".docx": docx.extract,
        ".pptx": pptx.extract,
        ".xlsx": xlsx.extract,
        ".csv": csv.extract,
        ".tsv": csv.extract_tsv,
        ".odt": odt.extract,
        ".rtf": rtf.extract,
        ".epub": epub.extract,
        ".eml": eml.extract,
        ".json": json.extract,
        ".jsonl": json.extract_lines,
        ".zip": archive.extract,
        **dict.fromkeys(code.ENDINGS, code.extract),
    }
)

#: Characters of what a parser says was wrong; it may quote half of the file.
_LONGEST_REASON = 200
_SAVE_AS = ".pdf, .docx, .html, .csv or .txt"


def reader_of(path: str) -> Extract:
    """Return the function that reads a file of this name. Raises UnreadableFile when there is none."""
    ending = PurePosixPath(path).suffix.lower()
    if ending not in FORMATS:
        raise UnreadableFile(
            f"has a type that is not read yet ({ending or 'no ending'}); save it as one that is, such as {_SAVE_AS}"
        )
    return FORMATS[ending]


def extract(path: str, data: bytes) -> Extraction:
    """Read a file by the ending of its name.

    Raises UnreadableFile with the reason when it cannot be read, whatever the parser tripped over; but MemoryError when
    there was too little memory, which is not what is wrong with the file.
    """
    read = reader_of(path)
    if not data.strip():
        raise UnreadableFile("is empty")
    try:
        extraction = read(data)
        extraction.text.encode()  # Unicode is valid from here on
    except (UnreadableFile, MemoryError):
        raise
    except Exception as error:  # one file must not stop the others
        said = valid_unicode(f"{type(error).__name__}: {error}")[:_LONGEST_REASON]
        raise UnreadableFile(f"could not be read ({said}); save it again or remove it") from error
    if not extraction.text.strip():
        raise UnreadableFile("holds no text")
    return extraction
