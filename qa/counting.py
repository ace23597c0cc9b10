"""How often something is mentioned: whether a question asks for that, and the exact count.

Over every document, or over those that the request or the question itself names.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from index.documents import Document
from index.errors import BadCursor
from index.search import matching
from index.sentences import quoted
from index.snapshot import Snapshot
from qa.fragments import addition
from qa.named_documents import document_name, named, placed
from qa.replies import Count, CountUnit, Evidence, evidence

#: Occurrences on a page.
PAGE = 50

_DOCUMENTS = r"(?:documents?|docs?|files?|papers?|articles?|reports)"
_ALL = r"(?:(?:of|all|any|the|this|that|these|those|my|our|your|whole|entire) )*"
_TEXTS = rf"{_ALL}(?:{_DOCUMENTS}|texts?|corpus|collection|folder)"
_WITHIN = rf"(?:in|within|across|throughout|over|among) {_TEXTS}"
_END = rf"(?P<place> {_WITHIN})?(?: altogether| overall| in total| in all| at all| anywhere| here)?"
_OPENING = re.compile(
    rf"(?:(?:and|so|but|ok|okay|well|then|please|now)\W+|(?:can|could|would|will) you |do you know |{_WITHIN},? "
    r"|(?:tell|show|give) (?:me|us) |i(?: want|['’]d like| would like) to know |what(?: is|['’]s) |exactly |please )*",
    re.IGNORECASE,
)
_TIMES = rf"(?:count )?(?:how many times|how often|how frequently|(?:the )?number of times)(?: {_WITHIN})?"
_HOW_MANY = rf"(?:how many|count|(?:the )?number of) {_ALL}"
_WHICH = rf"(?:count )?(?:how many|which|what|(?:the )?number of) {_ALL}{_DOCUMENTS}"
_LIST = rf"(?:count|list|find|name) {_ALL}{_DOCUMENTS}"
_OF = r"(?P<of>.+?)"
_IS = r"(?:(?P<one>is|was|has)|are|were|have)"
_DOES = r"(?:(?P<one>does)|do)"
_MENTIONED = r"(?:being |been )?(?:mentioned|referred to)"
_WRITTEN = r"(?:being |been )?(?:used|named|written|found|cited|quoted|repeated)"
_APPEAR = r"(?:appears?|occurs?|comes? up|shows? up|turns? up)"
_MENTION = r"(?:that |which )?(?:mentions?|refers? to|mentioning|referring to)"
_CONTAIN = r"(?:that |which )?(?:contains?|includes?|uses?|has|have|says?|names?|cites?|quotes?|containing|using)"

#: Ways to ask for a count of what stands at `of`. Where the bool is False that is one only of words in quotes, or
#: called a word or a name, or "in the documents": "how often does the comet appear?" asks about the sky.
_WORDINGS: tuple[tuple[CountUnit, bool, str], ...] = (
    ("occurrences", True, rf"{_TIMES} {_IS} {_OF} {_MENTIONED}"),
    ("occurrences", True, rf"{_TIMES} {_OF} {_IS} {_MENTIONED}"),
    ("occurrences", True, rf"{_TIMES} {_DOES} {_OF} get {_MENTIONED}"),
    ("occurrences", True, rf"{_TIMES} (?:do|does) {_TEXTS} {_MENTION} {_OF}"),
    ("occurrences", True, rf"how many times {_DOES} {_OF} {_APPEAR}"),
    ("occurrences", True, rf"{_HOW_MANY}(?:mentions of|references to) {_OF}(?: are there)?"),
    ("occurrences", True, rf"count {_ALL}occurrences of {_OF}"),
    ("occurrences", False, rf"{_TIMES} {_DOES} {_OF} {_APPEAR}"),
    ("occurrences", False, rf"{_TIMES} {_OF} {_APPEAR}"),
    ("occurrences", False, rf"{_TIMES} {_IS} {_OF} {_WRITTEN}"),
    ("occurrences", False, rf"{_TIMES} (?:do|does) {_TEXTS} {_CONTAIN} {_OF}"),
    ("occurrences", False, rf"{_HOW_MANY}(?:occurrences|instances|uses) of {_OF}(?: are there)?"),
    ("documents", True, rf"(?:{_WHICH}|{_LIST}) {_MENTION} {_OF}"),
    ("documents", True, rf"(?:in )?{_WHICH} {_IS} {_OF} {_MENTIONED}(?: in)?"),
    ("documents", True, rf"(?:in )?{_WHICH} {_DOES} {_OF} {_APPEAR}(?: in)?"),
    ("documents", False, rf"(?:{_WHICH}|{_LIST}) {_CONTAIN} {_OF}"),
    ("documents", False, rf"(?:in )?{_WHICH} {_IS} {_OF} {_WRITTEN}(?: in)?"),
)
_FORMS = tuple((unit, plain, re.compile(wording + _END, re.IGNORECASE)) for unit, plain, wording in _WORDINGS)
_ARTICLE = re.compile(r"(?:the|THE|an?|AN) ")
_CALLED = re.compile(r"(?:exact )?(?:words?|name|surname|phrase|term|expression) ((?!of ).+)", re.IGNORECASE)
_IN_QUOTES = re.compile(r"""["“”„«»]([^"“”„«»]+)["“”„«»]|['‘’‚‹›`]((?:(?! ['‘‚‹`]).)+)['‘’‚‹›`]""")
#: What stands for something said before, or is a clause and no phrase. In capitals these are names: WHO, US, IT.
_NO_PHRASE = re.compile(
    r"(?:it|he|she|they|him|her|them|we|us|you|me|this|that|these|those|his|its|their|my|our|your|who|whom|whose|what"
    r"|when|where|which|why|how|whether|if|both|either|neither|each|every|no|any|some)\b"
    r"|(?:any|every|some|no)(?:one|thing|body)\b"
    r"|.*\b(?:is|are|was|were|has|have|had|does|do|did|been|or|nor|but|than|without|except|once|twice)\b"
    r"|.*\b(?:most|least|more|less|first|last)(?: often)?$"
)
_NOT_IN_PHRASE = re.compile(r"[\"“”„«»?()]")
_SEVERAL = re.compile(r",|\band\b")
#: In lower case: "and As You Like It?" adds a title.
_INSIDE = re.compile(r"(?:in|within|throughout|across) (.+)")
_PREPOSITION = re.compile(r"(?:of|for|by|with|from|to|on|at|about|as)\s")
_EVERYWHERE = re.compile(_WITHIN)
_CIRCUMSTANCES = re.compile(r"\b(?:in|on|by|as)\b")

_APOSTROPHES = "['’‘ʼ]"
#: A number goes on over its commas and points, and a name in code over its underscores.
_JOINT = re.compile(r"\d[.,]\d|[^\W_]_[^\W_]")


@dataclass(frozen=True, slots=True)
class CountQuestion:
    """A phrase to count, and whether its occurrences are counted or the documents that hold it.

    `document` is how the question names one document, in which alone is counted: "the field note", "memo.txt".
    """

    of: str
    unit: CountUnit
    document: str | None = None


def count_question(question: str) -> CountQuestion | None:
    """Return what a question asks to count, or None when it has to be read: it may only begin like one that counts."""
    asked = re.sub(r"(?i), please\W*$", "", " ".join(question.split())).rstrip(" ?!")
    asked = re.sub(r"(?<= )([^ .]+)\.$", r"\1", asked)  # but "the U.S." keeps its full stop
    opening = _OPENING.match(asked)
    asked = asked[opening.end() :] if opening else asked
    in_one = (counted for rest, document in placed(asked) if (counted := _counted(rest, document)))
    return _counted(asked) or next(in_one, None)


def counted_again(question: str, asked: str) -> str | None:
    """Return `asked`, which asks for a count, of what a fragment adds: "and Anna?", or in the document that it names.

    None where it does neither.
    """
    counted = count_question(asked)
    added = addition(question) if counted else None
    if counted is None or added is None:
        return None
    asked = asked.rstrip(" ?!.")
    base = next((rest for rest, document in placed(asked) if document == counted.document), asked)
    old, of, place = counted.of, counted.of, asked[len(base) :]
    if _IN_QUOTES.fullmatch(added):
        of = added
        old = next((quoted[0] for quoted in _IN_QUOTES.finditer(base) if old in quoted[0]), old)
    elif inside := _INSIDE.fullmatch(added):
        if document_name(inside[1]) is None and not _EVERYWHERE.fullmatch(added):
            return None
        place = f" {added}"
    elif counted.document and document_name(added):
        place = f" in {added}"
    elif _PREPOSITION.match(added):
        return None
    else:
        of = next((rest for rest, _ in placed(added)), added)
        place = added[len(of) :] or place
    again = f"{base.replace(old, of, 1)}{place}?"
    return again if old in base and count_question(again) else None


def _counted(asked: str, document: str | None = None) -> CountQuestion | None:
    """Return what is counted; `document` is the one that the whole question names, which is not in `asked`."""
    for unit, plain, form in _FORMS:
        if match := form.fullmatch(asked):
            one, last = bool(match.groupdict().get("one")), match.end("of") == len(asked)
            of, marked = _phrase(match["of"], one, last)
            is_count = plain or marked or (match["place"] and not document)
            if of and is_count and not (document and unit == "documents"):
                return CountQuestion(of, unit, document)
    return None


def _phrase(written: str, one: bool, last: bool) -> tuple[str, bool]:
    """Return the phrase in what was written ("" for none), and whether it is marked as one: in quotes or by name.

    `one` tells that the question speaks of one thing, so that an "and" belongs to the phrase; `last` that it ends the
    question, so that "in the title" need not.
    """
    article = _ARTICLE.match(written)
    phrase = written[article.end() :] if article else written
    called = _CALLED.fullmatch(phrase)
    if in_quotes := _IN_QUOTES.fullmatch(called[1] if called else phrase):
        return (in_quotes[1] or in_quotes[2]).strip(), True
    if called and article:
        return called[1], True
    is_something_else = (
        (not article and _NO_PHRASE.match(phrase))
        or _NOT_IN_PHRASE.search(phrase)
        or (not one and _SEVERAL.search(phrase))
        or (last and _CIRCUMSTANCES.search(phrase))
    )
    return "" if is_something_else else phrase, False


def count(
    snapshot: Snapshot, asked: CountQuestion, documents: Sequence[str] | None, cursor: str | None
) -> Count | None:
    """Count over every document, or over those of `documents` (ids or path patterns), and that the question names.

    None when there are none: also where no document, or more than one, has the name that the question says.

    `cursor` is the `next` of the page before. Raises BadCursor when it belongs to another count or another snapshot.
    """
    paths = snapshot.paths()
    among = sorted(paths if documents is None else matching(paths, documents), key=paths.__getitem__)
    if asked.document is not None:
        meant = named(snapshot, asked.document, set(among))
        among = [meant] if meant else []
    if not among:
        return None
    seal = _seal(snapshot.version, asked, documents)
    shown = 0 if cursor is None else _shown(cursor, seal)
    most = 1 if asked.unit == "documents" else None
    value = holding = 0
    page: list[Evidence] = []
    for document_id in among:
        document = snapshot.document(document_id)
        found = list(islice(occurrences(document.text, asked.of), most))
        wanted = found[max(0, shown - value) : max(0, shown + PAGE - value)]
        if wanted:
            page += _evidence(snapshot, document, wanted)
        value += len(found)
        holding += bool(found)
    following = f"{shown + PAGE}.{seal}" if value > shown + PAGE else None
    return Count(value, asked.of, asked.unit, holding, tuple(page), following)


def occurrences(text: str, of: str) -> Iterator[tuple[int, int]]:
    """Yield where a phrase stands in a text, as `[start, end)`, in order and without overlap.

    Case, the kind and amount of white space, the form of apostrophes and how accents are encoded make no difference.
    Only whole words and numbers count: "Kursk" in "Kursk's", but not "art" in "party" nor "10" in "10,000".
    """
    words = unicodedata.normalize("NFC", of).split()
    pattern = re.compile(r"\s+".join("".join(map(_character, word)) for word in words), re.IGNORECASE)
    match = pattern.search(text)
    while match:
        whole = not (_goes_on(text, match.start()) or _goes_on(text, match.end()))
        if whole:
            yield match.span()
        match = pattern.search(text, match.end() if whole else match.start() + 1)


def _character(character: str) -> str:
    if re.match(_APOSTROPHES, character):
        return _APOSTROPHES
    decomposed = unicodedata.normalize("NFD", character)
    return re.escape(character) if character == decomposed else f"(?:{re.escape(character)}|{re.escape(decomposed)})"


def _goes_on(text: str, at: int) -> bool:
    """Tell whether a word or a number stands on both sides of `at`."""
    if all(map(_of_word, text[max(0, at - 1) : at + 1])) and 0 < at < len(text):
        return True
    return any(_JOINT.match(text, at - back) for back in (1, 2) if at >= back)


def _of_word(character: str) -> bool:
    """Tell whether words hold a character; accents and vowel signs are no letters of their own to `re`."""
    return unicodedata.category(character)[0] in "LM" or character.isdecimal()


def _evidence(snapshot: Snapshot, document: Document, found: Sequence[tuple[int, int]]) -> Iterator[Evidence]:
    passages = snapshot.passages(snapshot.passage_ids([document.id]))
    sentences = sorted({s for passage in passages for s in passage.sentences}, key=lambda s: s.start)
    for span in found:
        yield evidence(document, span, quoted(document.text, sentences, *span), score=1.0)


def _seal(version: str, asked: CountQuestion, documents: Sequence[str] | None) -> str:
    """Return what a cursor carries so that it continues no other count: a count of another index has other pages."""
    counted = json.dumps([version, asked.of, asked.unit, asked.document, documents])
    return hashlib.blake2b(counted.encode(), digest_size=8).hexdigest()


def _shown(cursor: str, seal: str) -> int:
    """Return how many were shown before."""
    match = re.fullmatch(r"([0-9]{1,12})\.([0-9a-f]+)", cursor)
    if match is None or match[2] != seal:
        raise BadCursor("the cursor continues another count, or the documents have changed; ask again without a cursor")
    return int(match[1])
