"""Follow-ups that are no whole question: "and containers?", "since when?", "who said so?". By rules, for English."""

import re
from dataclasses import replace

from qa.dates import dates
from qa.phrases import Phrase, phrases
from qa.question_forms import ASKING, AUXILIARY, OPENING

_SAYS_WHO = re.compile(
    rf"{OPENING}(?:who (?:says?|said|claims?|claimed|reports?|reported|confirms?|confirmed|states?|stated|estimates?"
    r"|estimated|believes?|thinks?|thought|told you) (?:so|that|this|it)|says who|said who|according to who(?:m)?"
    r"|(?:who|what)(?: is|['’]s) the source(?: (?:of|for) (?:that|this|it))?|on whose word"
    r"|whose (?:claim|figure|number|estimate|word|words)(?: (?:is|are|was) (?:that|this|it))?)\W*$",
    re.IGNORECASE,
)
#: A question word that stands alone, or with what only sharpens it.
_ALONE = re.compile(
    rf"{OPENING}(?P<ask>how (?:long|often|far|come|so)|what for"
    rf"|(?:(?:since|until|till|by|from|to|in|at|for|with) )?(?:{ASKING})"
    r"|(?:where|who|whom|what) (?:to|from|with|by|about|of)"
    r"|(?:(?:since|until|in|on|by|at) )?(?:what|which) (?:year|date|day|month|time|place|country|city|reason))"
    r"(?: (?:exactly|so|then|though|precisely))?\W*$",
    re.IGNORECASE,
)
_ADDED = re.compile(
    r"^\W*(?:(?:and|or|but|so|ok|okay|now)\W+)*(?P<opened>(?:what|how) about|and|or|but)\W+(?P<added>.+?)\W*$",
    re.IGNORECASE,
)
_QUOTATION_MARKS = "“”„\"«»'‘’"
_NUMBER_OF = re.compile(r"^(?:how many|how much|which|what|whose)\s+", re.IGNORECASE)
_PLACED = re.compile(
    r"(?P<preposition>according to|in|on|at|by|for|from|to|of|with|since|until|during|after|before|under|near|within|as"
    r"|against)\s",
    re.IGNORECASE,
)
#: Prepositions of which one stands for another before a time.
_OF_TIME = "in on at since until during by before after".split()
_IS_CLAUSE = re.compile(rf"\b{AUXILIARY}\b|\b{ASKING}\b|^(?:I|you|he|she|we|they)\b", re.IGNORECASE)
_YES_OR_NO = re.compile(rf"{OPENING}(?={AUXILIARY}\b)", re.IGNORECASE)
#: A question cut into what it asks for, the thing of "how many things", its auxiliary and the rest.
_PARTS = re.compile(
    rf"{OPENING}(?P<ask>(?:(?:since|until|by|from|to|in|at|for) )?"
    rf"(?:how (?:many|much|long|often|far|old|high|tall|big)|{ASKING}))"
    rf"\b\s*(?P<thing>.*?)\s*\b(?P<auxiliary>{AUXILIARY})\s+(?P<rest>.*?)\W*$",
    re.IGNORECASE,
)
#: Before what is asked of something ("how high is it"), which no other thing can stand for.
_DEGREE = re.compile(r"\bhow\s+$", re.IGNORECASE)
#: "And the last one?" is of what was answered, and "and her sister?" about somebody else.
_NTH_ONE = re.compile(
    r"the (?:(?:first|second|third|fourth|fifth|last|next|previous|other|same|only) )?ones?", re.IGNORECASE
)
_OWNED = re.compile(r"(?:his|her|its|their|my|our|your)\b", re.IGNORECASE)
#: "And normal ones?" is of the things of the question before.
_ONE = re.compile(r"(?:(?:the|an?)\s+)?(?P<which>[^\W\d]+(?:-[^\W\d]+)*)\s+ones?", re.IGNORECASE)
_ONE_WITHIN = re.compile(r"\b(?P<which>(?!the\b|which\b|this\b|that\b)[^\W\d]+(?:-[^\W\d]+)*)\s+ones?\b", re.IGNORECASE)
#: What something is like, behind what it is: "when is the hire due".
_LIKE = re.compile(r"\s(?:due|open|closed|available|ready|free|valid|full|finished|over)$", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s\b")
_BEHIND = re.compile(r"(?P<ask>where|who|whom|what) (?P<preposition>to|from|with|by|about|of)", re.IGNORECASE)
_DO = frozenset("do does did".split())
_PREPOSITION = re.compile(r"\s(?=(?:in|on|at|by|for|from|to|of|with|since|until|during|after|before|as|near|into)\s)")
_DETERMINER = re.compile(r"\b(?:the|an?|this|that|these|those)\s+$", re.IGNORECASE)


def asks_who_said_it(question: str) -> bool:
    """Tell whether a question asks only who said what was just answered."""
    return bool(_SAYS_WHO.match(question))


def completed_fragment(question: str, asked: str, answer: str | None) -> str | None:
    """Return a fragment as the whole question that it stands for after `asked`, or None where that is not clear."""
    if alone := _ALONE.match(question):
        return _asked_again(alone["ask"], asked, answer)
    added = _ADDED.match(question)
    if added is None or (
        added["opened"].lower() in ("and", "or", "but") and _IS_CLAUSE.search(_of_number(added["added"]))
    ):
        return None
    return _with(added["added"], asked)


def addition(question: str) -> str | None:
    """Return what a fragment adds to the question before it: "containers" of "and containers?"."""
    added = _ADDED.match(question)
    if added is None or not any(map(str.isalnum, added["added"])) or _IS_CLAUSE.search(_of_number(added["added"])):
        return None
    start, end = added.span("added")
    is_in_quotes = question[start - 1] in _QUOTATION_MARKS and question[end : end + 1] in [*_QUOTATION_MARKS]
    return question[start - is_in_quotes : end + is_in_quotes]


def is_fragment(question: str) -> bool:
    """Tell whether a question is none by itself: a question word alone, or "and" with what is no question."""
    return bool(_ALONE.match(question)) or addition(question) is not None


def _of_number(words: str) -> str:
    return _NUMBER_OF.sub("", words)


def _with(added: str, asked: str) -> str | None:
    """Return `asked` with something else in the place of its like: a place for a place, a name for a name."""
    if _NTH_ONE.fullmatch(added) or _OWNED.match(added):
        return None
    end = len(asked.rstrip(" ?.!"))
    if one := _ONE.fullmatch(added):
        return _other_one(one["which"], asked[:end])
    if re.fullmatch(r"\d{4}", added):
        added = f"in {added}"
    if placed := _PLACED.match(added):
        return _placed(added, placed["preposition"], asked[:end]) + "?"
    new = _of_number(added)
    inside = [_bare(phrase) for phrase in phrases(asked[:end]) if not _DEGREE.search(asked[: phrase.start])]
    if _DETERMINER.match(f"{new.split()[0]} "):  # "and the museum?" is one of those of which there is "the"
        inside = [phrase for phrase in inside if _DETERMINER.search(asked[: phrase.start])] or inside
    slot = _slot(new, inside)
    if slot is None:
        return None
    start = slot.start
    if _POSSESSIVE.match(asked, slot.end):
        new = re.sub(rf"{_POSSESSIVE.pattern}$", "", new)
    if _DETERMINER.match(f"{new.split()[0]} ") and (before := _DETERMINER.search(asked[:start])):
        start = before.start()
    return f"{asked[:start]}{new}{asked[slot.end : end]}?"


def _other_one(which: str, asked: str) -> str | None:
    """Return `asked` of another one of the same things: "refrigerated containers" with "normal" before the noun."""
    if of_ones := _ONE_WITHIN.search(asked):
        return f"{asked[: of_ones.start('which')]}{which}{asked[of_ones.end('which') :]}?"
    several = [phrase for phrase in phrases(asked) if not phrase.is_name and " " in phrase.text]
    if not several:
        return None
    before, _, noun = several[0].text.rpartition(" ")
    return f"{asked[: several[0].start]}{which} {noun}{asked[several[0].end :]}?" if before else None


def _placed(added: str, preposition: str, asked: str) -> str:
    """Return `asked` with a place or time of its own replaced, or with one more."""
    is_date = any(dates(added))
    alike = _OF_TIME if is_date else [preposition]
    for match in re.finditer(rf"\b(?:{'|'.join(alike)})\s+", asked, re.IGNORECASE):
        old = asked[match.end() :]
        if is_date:
            found = next((date for date in dates(old) if date.start <= 4), None)
            length = found.end if found else 0
        else:
            near = range(match.end(), match.end() + 5)
            following = next((phrase for phrase in phrases(asked) if phrase.start in near), None)
            length = following.end - match.end() if following else 0
        if length:
            return f"{asked[: match.start()]}{added}{old[length:]}"
    return f"{asked} {added}"


def _bare(phrase: Phrase) -> Phrase:
    """Return a phrase without what it is said to be like."""
    like = None if phrase.is_name else _LIKE.search(phrase.text)
    return replace(phrase, text=phrase.text[: like.start()], end=phrase.start + like.start()) if like else phrase


def _slot(new: str, inside: list[Phrase]) -> Phrase | None:
    """Return the phrase that a new one replaces: of its kind, and one that shares a word with it if there is one."""
    last = phrases(new)[-1:]
    is_name = any(phrase.is_name for phrase in last)
    alike = [phrase for phrase in inside if phrase.is_name == is_name]
    sharing = [phrase for phrase in alike if any(phrase.stems & other.stems for other in last)]
    return next(iter(sharing or alike), None)


def _asked_again(ask: str, asked: str, answer: str | None) -> str | None:
    """Return what `asked` tells or supposes, asked with other question words."""
    ask = "why" if ask.casefold() == "how so" else ask[0].lower() + ask[1:]
    if behind := _BEHIND.fullmatch(ask):  # "where to?"
        whole = _asked_again(behind["ask"], asked, answer)
        return whole and f"{whole.rstrip('?')} {behind['preposition']}?"
    if opening := _YES_OR_NO.match(asked):
        rest = asked[opening.end() :].rstrip(" ?.!")
        return f"{ask} {rest[0].lower()}{rest[1:]}?"
    parts = _PARTS.match(asked)
    if parts is None or parts["ask"].casefold() == ask.casefold():
        return None
    thing, auxiliary, rest = parts["thing"], parts["auxiliary"], parts["rest"]
    if not thing:
        if parts["ask"].lower() not in ("who", "what", "which", "whom"):
            return f"{ask} {auxiliary} {rest}?"
        if not answer or len(answer.split()) > 6 or rest.casefold().endswith(" do"):
            return None
        if auxiliary.lower() not in _DO:
            return f"{ask} {auxiliary} {answer} {rest}?"
        thing = answer
    if rest.lower().startswith("there"):
        return f"{ask} {auxiliary} there {thing}{rest[5:]}?"
    if auxiliary.lower() not in _DO:
        return f"{ask} {auxiliary} {thing} {rest}?"
    cut = next((m.start() for m in _PREPOSITION.finditer(rest) if len(rest[: m.start()].split()) > 1), len(rest))
    return f"{ask} {auxiliary} {rest[:cut]} {thing}{rest[cut:]}?"
