"""Documents that a question names: "… in the field note?", "… in memo.txt?". For English."""

import re
from collections.abc import Iterator, Set
from pathlib import PurePosixPath

from index.snapshot import Snapshot
from qa.question_words import EMPTY

#: Words for any document, which its name need not have.
_DOCUMENT = frozenset("document doc file text paper page".split())
#: Words for a document of some kind.
_KINDS = frozenset(
    "article report note notes memo letter story minutes diary log transcript interview handbook manual guide leaflet"
    " email record ledger journal speech statement".split()
)
_KIND = "|".join(sorted(_DOCUMENT | _KINDS))
_FILE = r"(?:the )?(?:file |document )?(?P<file>\S*\w\.\w{2,8})\.?"
_QUOTED = r"(?:the )?(?:\w+ )?(?:“(?P<curly>[^“”]+)”|\"(?P<straight>[^\"]+)\")"
_CALLED = rf"(?P<called>(?:the|this|that|my|our|your)(?: [\w'’.-]+)*? (?:{_KIND})(?: [\w'’.-]+)*?)"
_END = r"(?: altogether| overall| in total| in all| at all)?"
_NAME = re.compile(rf"(?:{_QUOTED}|{_FILE}|{_CALLED}){_END}", re.IGNORECASE)
_PLACE = re.compile(r"(?<= )(?:in|within|throughout) ", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:and|or|nor|but|except|compared|versus|vs)\b", re.IGNORECASE)
_QUOTATION = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»")
_WORD = re.compile(r"[^\W_]+")


def placed(question: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to cut a question into what it asks and the name of a document that it ends with.

    A name is that of a file, stands in quotation marks, or has a word for documents. What else stands in quotation
    marks is not cut, and several documents ("the note and the memo") are no name.
    """
    quotations = [match.span() for match in _QUOTATION.finditer(question)]
    for place in reversed([*_PLACE.finditer(question)]):
        name = document_name(question[place.end() :])
        if name and not any(start < place.start() < end for start, end in quotations):
            yield question[: place.start()].rstrip(), name


def document_name(words: str) -> str | None:
    """Return the name of a document that is all that some words say, without what introduces it."""
    match = _NAME.fullmatch(words)
    if match is None or (match["called"] and _SEVERAL.search(match["called"])):
        return None
    name: str = next(filter(None, match.groups()))
    return name


def named(snapshot: Snapshot, name: str, among: Set[str]) -> str | None:
    """Return the id of the one document of those `among` which has a name; None where none has it, or several.

    The name is that of the file, with folders or without, or the words of the file's name or of the title, of which one
    and numbers may be left out: "the field note" is "bog-field-note-2.txt" too, where nothing else is called so.
    """
    documents = [each for each in snapshot.documents("", len(snapshot.paths())) if each.id in among]
    called = re.sub(r"^the ", "", name.casefold())
    wanted = _words(name) - _DOCUMENT
    words = {each.id: (_words(PurePosixPath(each.path).stem), _words(each.title)) for each in documents}
    for found in (
        [each.id for each in documents if f"/{each.path.casefold()}".endswith(f"/{called}")],
        [i for i in words if wanted and any(of_name - _DOCUMENT == wanted for of_name in words[i])],
        [i for i in words if not wanted <= _KINDS and any(_says_little_more(of_name, wanted) for of_name in words[i])],
    ):
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _says_little_more(name: frozenset[str], wanted: frozenset[str]) -> bool:
    more = [word for word in name - wanted - _DOCUMENT if not word.isdigit()]
    return wanted <= name and len(more) <= 1


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text.casefold()) if word not in EMPTY)
