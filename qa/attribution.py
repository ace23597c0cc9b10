"""Who a quote says it from: "according to the harbour master", "two officials said". For English."""

import re
from functools import lru_cache

from index.formats.extraction import Block
from index.sentences import sentences

_SAYS = (
    "said|says|say|told|tells|stated|states|reported|reports|announced|announces|confirmed|confirms|claimed|claims"
    "|estimated|estimates|believes?|believed|thinks?|thought|warned|warns|wrote|writes|argued|argues"
    "|explained|explains|insisted|insists|suggested|suggests|predicted|predicts|expects?|expected|fears?|feared"
    "|counted|(?:found|finds|concluded|concludes)(?=\\s+that\\b)|acknowledged|admitted|admits|denied|denies|noted|notes"
    "|recalled|recalls|testified|testifies|declared|declares"
    "|put the (?:number|figure|count|total|toll|cost|price)"
)
#: Words before a verb of saying that make it none, or leave open who says it.
_NOBODY = frozenset(
    "it that which what there this these those is are was were be been being as to not and or but".split()
)
#: "Why should we believe him?" is nobody's word.
_ASKING = frozenset("why how who whom whose what which when where should would could do does did".split())
#: A full stop ends who it is, but for that of a title.
_WHO = r"(?:[^,;:.()—–]|(?<=\b(?:Dr|Mr|Ms|St))\.|(?<=\bMrs)\.|(?<=\bProf)\.)"
_WHEN = re.compile(
    r"(?:(?:earlier|later|late|early)\s+)?(?:(?:on|in|at|by|since|during)\s+)?(?:(?:the|this|that|last)\s+)?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|week|month|year|day|morning|evening|yesterday|today|\d{4})"
    r"(?:\s+(?:morning|evening|night|afternoon))?\s+",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    rf"\b(?:according to|in the (?:words|view|opinion) of|as (?:reported|stated|estimated|announced|claimed) by"
    rf"|(?:estimated|reported|announced|confirmed|claimed|said|stated) by)\s+(?P<who>{_WHO}+?)"
    rf"(?=\s*(?!{_WHO})|\s+(?:at|they|it|he|she|we|there|that|the number|is|are|was|were|has|have|had|will)\b)",
    re.IGNORECASE,
)
#: A verb of saying, with what stands before it in its clause.
_SAID = re.compile(
    rf"(?P<who>(?:[A-Z][^,;:.()—–“”\"]*,\s+(?=the\b|an?\b|[a-z])[^,;:.()—–“”\"]+,|(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St)\.\s)?[^,;:.()—–“”\"]*?))\s+(?:(?:has|have|had|also|later|then|now|again|once)\s+)*(?P<verb>{_SAYS})\b",
    re.IGNORECASE,
)
#: After the quoted words: "…," said the mayor.
_SAID_BY = re.compile(
    rf"[,?!][”\"']?\s+(?:said|says|say|wrote|writes|reported|reports|explained|explains|warned|announced|argued|argues)\s+"
    rf"(?!(?:that|on|in|at|it|he|she|they|we|there|so|this|these|those)\b)(?P<who>{_WHO}+)",
    re.IGNORECASE,
)
_OFFICE = (
    "minister|mayor|chief|dr|mrs?|ms|prof(?:essor)?|captain|colonel|major|sergeant|inspector|officer|secretary|president"
    "|director|manager|chair(?:man|woman)?|master|spokes(?:man|woman|person)"
)
#: Whose words a line has: "Fire chief Henrik Moe: …", "Ilse Brandt (harbour master): …".
_SPEAKER = re.compile(
    rf"\W{{0,3}}(?P<who>(?=[^:\n]{{0,80}}\b(?i:{_OFFICE})\b)[A-Z][\w.’'-]*(?:\s[\w.’'-]+){{0,4}}\s"
    r"(?:[A-Z][\w’'-]+(?:\s\([^()\n]{1,40}\))?)):\s"
)
_PASSIVE = re.compile(r"\s+(?:to|by)\b", re.IGNORECASE)
_LINKING = re.compile(
    r"^(?:\W*(?:and|but|or|so|yet|while|although|though|because|that|when|where|as|if)\s+)+", re.IGNORECASE
)
_LONGEST = 12  # words


@lru_cache(maxsize=2**12)  # what is compared with others is looked at again for each
def attribution(quote: str) -> tuple[int, int] | None:
    """Return where a quote says who claims it, as `[start, end)`: who, with the words that say that they said it."""
    if speaker := _SPEAKER.match(quote):
        return speaker.span("who")
    for match in _ACCORDING.finditer(quote):
        return match.span()
    for match in _SAID_BY.finditer(quote):
        start = match.start() + len(match[0]) - len(match[0].lstrip(",?!”\"' "))
        return start, match.end()
    for match in _SAID.finditer(quote):
        start = match.start("who") + len(match["who"]) - len(match["who"].lstrip())
        if linking := _LINKING.match(quote[start : match.end("who")]):
            start += linking.end()
        if when := _WHEN.match(quote, start, match.end("who")):
            start = when.end()
        words = quote[start : match.end("who")].split()
        if (
            words
            and len(words) <= _LONGEST
            and words[-1].casefold() not in _NOBODY
            and words[0].casefold() not in _ASKING
            and not match["verb"][0].isupper()  # "Omar Said"
            and not _PASSIVE.match(quote, match.end())
        ):
            return start, match.end("verb")
    return None


@lru_cache(maxsize=2**12)
def claim(quote: str, answer: tuple[int, int]) -> tuple[int, int] | None:
    """Return who is said to claim the answer `[start, end)` of a quote: in its own sentence, unless it is all of it."""
    start, end = 0, len(quote)
    if answer != (start, end):
        for sentence in sentences(quote, (Block(0, len(quote), "paragraph"),)):
            if sentence.start <= answer[0] < sentence.end:
                start, end = sentence.start, sentence.end
    found = attribution(quote[start:end])
    return found and (start + found[0], start + found[1])
