"""The data sets the reader learns from, and the parts of them that are held out to tune it."""

import random
import re
from dataclasses import dataclass
from pathlib import Path

from qa.squad import SquadParagraph, SquadQuestion, read_squad
from qa.training.penn_treebank import detokenize, detokenized_span

#: Titles of the SQuAD excerpt that train nothing.
_HELD_OUT_TITLES = frozenset(("IPod", "Antibiotics", "Spectre (2015 film)"))
#: Of every other set, one part in this many, by article or by paragraph, trains nothing.
_HELD_OUT_SHARE = 15
#: Words of the longest answer to learn from: a long one is a sentence, which the quote shows anyway.
_LONGEST_ANSWER = 12


@dataclass(frozen=True, slots=True)
class Source:
    """One data set: what trains, and what is held out to tune."""

    name: str
    training: list[SquadParagraph]
    tuning: list[SquadParagraph]


def load_sources(folder: Path) -> list[Source]:
    """Read the data sets in `folder`; the parts held out are the same each time. Raises UnreadableFile."""
    squad = read_squad(folder / "squad_v1.1_train_excerpt.json.gz")
    reddit = read_squad(folder / "squadshifts_reddit_train.json.gz")
    amazon = read_squad(folder / "squadshifts_amazon_train.json.gz")
    natural = _as_written(read_squad(folder / "natural_questions_qed_train.json.gz"))
    qamr = read_squad(folder / "qamr_train.json.gz")
    return [
        Source(
            "squad",
            [_titled(p) for p in squad if p.title not in _HELD_OUT_TITLES],
            [p for p in squad if p.title in _HELD_OUT_TITLES],
        ),
        _split("natural_questions", natural, by_title=True),
        _split("reddit", [_untitled(p) for p in reddit], by_title=False),
        _split("amazon", amazon, by_title=True, keep_titles=False),
        _split("qamr", [_untitled(p) for p in qamr], by_title=False),
    ]


def _titled(paragraph: SquadParagraph) -> SquadParagraph:
    """Drop a title that says nothing: the excerpt gathers paragraphs of many articles under the name of the set."""
    return _untitled(paragraph) if paragraph.title == "SQuAD" else paragraph


def _untitled(paragraph: SquadParagraph) -> SquadParagraph:
    return SquadParagraph("", paragraph.text, paragraph.questions)


def _split(name: str, paragraphs: list[SquadParagraph], by_title: bool, keep_titles: bool = True) -> Source:
    keys = sorted({paragraph.title if by_title else paragraph.text for paragraph in paragraphs})
    held_out = set(random.Random(name).sample(keys, len(keys) // _HELD_OUT_SHARE))
    training: list[SquadParagraph] = []
    tuning: list[SquadParagraph] = []
    for paragraph in paragraphs:
        key = paragraph.title if by_title else paragraph.text
        kept = _short_answers(paragraph if keep_titles else _untitled(paragraph))
        (tuning if key in held_out else training).append(kept)
    return Source(name, [p for p in training if p.questions], [p for p in tuning if p.questions])


def _short_answers(paragraph: SquadParagraph) -> SquadParagraph:
    """Keep the questions that a few words answer."""
    kept = []
    for question in paragraph.questions:
        spans = [(s, e) for s, e in question.spans if len(paragraph.text[s:e].split()) <= _LONGEST_ANSWER]
        if spans:
            kept.append(SquadQuestion(question.id, question.text, tuple(spans)))
    return paragraph.with_questions(tuple(kept))


def _as_written(paragraphs: list[SquadParagraph]) -> list[SquadParagraph]:
    """Undo the Penn Treebank tokens of text and answers."""
    written = []
    for paragraph in paragraphs:
        text, offsets = detokenize(paragraph.text)
        questions = tuple(
            SquadQuestion(q.id, detokenize(q.text)[0], tuple(detokenized_span(s, e, offsets) for s, e in q.spans))
            for q in paragraph.questions
        )
        written.append(SquadParagraph(re.sub(r" \(.*\)$", "", paragraph.title), text, questions))
    return written
