"""Passages that look like they answer a question and do not, and questions edited so that nothing answers them."""

import random
import re
import tempfile
from pathlib import Path

from index.words import WordIndex, WordWriter
from qa.squad import SquadParagraph, SquadQuestion

#: Passages most like each question that are looked at.
_CANDIDATES = 24
#: Of those, the most that are kept.
_KEPT = 8


def mine(paragraphs: list[SquadParagraph]) -> dict[str, list[int]]:
    """Return, by question id, the numbers of paragraphs of the same words that do not hold an answer, best first."""
    # What tantivy began as the index was opened may still make a lock file while the folder is removed.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch) / "words"
        writer = WordWriter(folder, None)
        for number, paragraph in enumerate(paragraphs):
            writer.add(number, str(number), f"{paragraph.title}\n{paragraph.text}")
        writer.finish()
        index = WordIndex(folder)
        mined = {}
        for number, paragraph in enumerate(paragraphs):
            for question in paragraph.questions:
                answers = [answer.casefold() for answer in paragraph.answers(question)]
                found = [n for n, _ in index.search(question.text, _CANDIDATES) if n != number]
                wrong = [n for n in found if not any(a in paragraphs[n].text.casefold() for a in answers)]
                mined[question.id] = wrong[:_KEPT]
    return mined


_NAMES = re.compile(r"(?<=[a-z,] )[A-Z][\w-]+(?: [A-Z][\w-]+)*|\b\d[\d,.]*\d\b|\b\d\b")


#: Words that turn what is asked into something else when one stands for the other.
_PAIRS = (
    "first last, largest smallest, highest lowest, most least, before after, more fewer, oldest youngest, north south, "
    "east west, northern southern, eastern western, increase decrease, increased decreased, longest shortest, "
    "best worst, earliest latest, began ended, begin end, won lost, win lose, majority minority, maximum minimum, "
    "early late, support oppose, supported opposed, allowed banned, accepted rejected, upper lower, above below, "
    "true false, strongest weakest, arrived left, bought sold, rose fell, inside outside, male female, men women"
)
_OPPOSITES = dict(
    both for pair in _PAIRS.split(", ") for one, other in [pair.split()] for both in ((one, other), (other, one))
)
_OPPOSED = re.compile(rf"\b(?:{'|'.join(_OPPOSITES)})\b")


def edited(
    paragraph: SquadParagraph, question: SquadQuestion, randomness: random.Random, beside: str = ""
) -> str | None:
    """Change one word of the question, so that it asks what the paragraph does not say.

    A name or number becomes another of the paragraph, or of the text `beside`; or a word becomes its opposite. None
    when the question has no such word, or there is no other.
    """
    changes = [change for change in (_renamed, _opposed) if change is _renamed or _OPPOSED.search(question.text)]
    return randomness.choice(changes)(paragraph, question, randomness, beside)


def _opposed(paragraph: SquadParagraph, question: SquadQuestion, randomness: random.Random, beside: str) -> str | None:
    place = randomness.choice(list(_OPPOSED.finditer(question.text)))
    return question.text[: place.start()] + _OPPOSITES[place.group()] + question.text[place.end() :]


def _renamed(paragraph: SquadParagraph, question: SquadQuestion, randomness: random.Random, beside: str) -> str | None:
    in_question = [match for match in _NAMES.finditer(question.text) if match.group() in paragraph.text]
    if not in_question:
        return None
    place = randomness.choice(in_question)
    old = place.group()
    answers = paragraph.answers(question)
    others: list[str] = sorted(
        {
            new
            for new in _NAMES.findall(f"{paragraph.text}\n{beside}")
            if new[0].isdigit() == old[0].isdigit()
            and new not in question.text
            and not any(new in answer or answer in new for answer in answers)
            and old not in new
        }
    )
    if not others:
        return None
    return question.text[: place.start()] + randomness.choice(others) + question.text[place.end() :]


def begin_alike(
    paragraphs: list[SquadParagraph], mined: dict[str, list[int]], number: int, randomness: random.Random
) -> dict[str, list[int]]:
    """Add to what was mined as many paragraphs, up to `number`, of other questions that begin with the same two words.

    They hold words of the kind asked for ("how many" beside "how many"), so that only what the question is about tells
    them apart.
    """
    alike: dict[str, list[int]] = {}
    for at, paragraph in enumerate(paragraphs):
        for question in paragraph.questions:
            alike.setdefault(_opening(question.text), []).append(at)
    both = {}
    for at, paragraph in enumerate(paragraphs):
        for question in paragraph.questions:
            answers = [answer.casefold() for answer in paragraph.answers(question)]
            drawn = randomness.choices(alike[_opening(question.text)], k=number)
            fit = [n for n in drawn if n != at and not any(a in paragraphs[n].text.casefold() for a in answers)]
            both[question.id] = mined[question.id][: max(2, len(fit))] + fit
    return both


def _opening(question: str) -> str:
    return " ".join(question.lower().split()[:2])
