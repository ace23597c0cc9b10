"""How much of what a question is about stands in a text; a name or number that does not is a bad sign."""

import re
from dataclasses import dataclass

from index.tables import text_as_read
from index.words import stems
from qa.reader import ReadablePassage

#: A name or number counts as many times as a word.
_NAME = 3.0
#: Words that say how is asked, and not what about.
EMPTY = frozenset(
    "a an the of in on at by to for from with about as into and or but not is are was were be been being do does did"
    " has have had can could will would shall should may might must what which who whom whose when where why how much"
    " many there that this these those it its he she they his her their him them i you we my your our me us any some if"
    " than then so s t name tell long often far old ever also".split()
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class WeighedWord:
    """A word of a question that says what it is about, as the index knows it."""

    stems: frozenset[str]
    is_name: bool

    @property
    def weight(self) -> float:
        """What it counts among the others: names and numbers more."""
        return _NAME if self.is_name else 1.0


def weighed_words(question: str) -> list[WeighedWord]:
    """Return the words of a question that say what it is about, in order."""
    return [
        WeighedWord(frozenset(found), word[0].isdigit() or (number > 0 and word[0].isupper()))
        for number, word in enumerate(_WORD.findall(question))
        if (word.casefold() not in EMPTY or _is_month(number, word)) and (found := stems(word))
    ]


def _is_month(number: int, word: str) -> bool:
    """Tell whether a word is the month of May: "may" as the first of a question, or in lower case, says nothing."""
    return number > 0 and word == "May"


def coverage(question: str, *texts: str) -> float:
    """Return the share of a question's words that stand in the texts, from 0 to 1; 1 for a question without any."""
    # Cut into the same words as the question: the index takes some characters for letters that Python does not.
    known = {stem for text in texts for stem in stems(" ".join(_WORD.findall(text)))}
    words = weighed_words(question)
    total = sum(word.weight for word in words)
    return sum(word.weight for word in words if word.stems <= known) / total if total else 1.0


def coverage_in(question: str, readable: ReadablePassage) -> float:
    """Return the share of a question that stands in a passage as it is read, or in its title."""
    document, passage = readable.document, readable.passage
    return coverage(question, document.title, text_as_read(document, passage.start, passage.end))
