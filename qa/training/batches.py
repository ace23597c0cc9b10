"""What the reader is shown, in which order: questions with their passages, and batches of about equal work."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.span_reader import LONGEST_INPUT, opening
from qa.squad import SquadParagraph, SquadQuestion
from qa.training.corpora import Source
from qa.training.negatives import begin_alike, edited, mine
from qa.training.recipe import Round, Share

Asked = tuple[SquadParagraph, SquadQuestion]

#: Tokens of a batch.
BATCH_TOKENS = 6144
#: Units whose batches are made, and shuffled, together.
_CHUNK = 1024
#: Lengths are rounded up to a multiple of this, so that few shapes are met.
_STEP = 32


@dataclass(frozen=True, slots=True)
class Reading:
    """A question beside one passage, as the network sees it. `spans` are of tokens, both ends included."""

    token_ids: list[int]
    question_length: int
    passage_start: int
    spans: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Arrays of shape (passages, tokens), and (passages, tokens, 2) for targets; see `span_loss`."""

    input_ids: NDArray[np.int64]
    token_type_ids: NDArray[np.int64]
    attention_mask: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    targets: NDArray[np.float32]
    groups: NDArray[np.int64]


class Readings:
    """Makes readings: tokenises each passage once, and cuts a window around the answer of one that is too long."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._cls, self._sep = tokenizer.encode("").ids
        self._encoded: dict[str, tuple[list[int], list[tuple[int, int]]]] = {}

    def make(
        self,
        question: str,
        title: str,
        text: str,
        spans: tuple[tuple[int, int], ...],
        randomness: random.Random,
    ) -> Reading:
        """Return the reading; a span that no window can hold is left out."""
        ids, offsets = self._encode(text)
        head, question_length = opening(self._cls, self._sep, self._encode(question)[0], self._encode(title)[0])
        token_spans = [found for span in spans if (found := _tokens_of(span, offsets)) is not None]
        room = LONGEST_INPUT - len(head) - 1
        first = 0
        if len(ids) > room:
            anchor = token_spans[0] if token_spans else (len(ids) // 2, len(ids) // 2)
            low, high = max(0, anchor[1] - room + 1), min(anchor[0], len(ids) - room)
            first = randomness.randint(min(low, high), max(low, high))
        window = ids[first : first + room]
        kept = [(s - first, e - first) for s, e in token_spans if s >= first and e < first + len(window)]
        placed = [(s + len(head), e + len(head)) for s, e in kept]
        return Reading([*head, *window, self._sep], question_length, len(head), placed)

    def _encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        known = self._encoded.get(text)
        if known is None:
            encoding = self._tokenizer.encode(text, add_special_tokens=False)
            known = self._encoded[text] = (encoding.ids, encoding.offsets)
        return known


def _tokens_of(span: tuple[int, int], offsets: list[tuple[int, int]]) -> tuple[int, int] | None:
    inside = [n for n, (start, end) in enumerate(offsets) if start < span[1] and end > span[0]]
    return (inside[0], inside[-1]) if inside else None


def schedule(sources: list[Source], readings: Readings, plan: Round, scale: float = 1.0) -> list[Batch]:
    """Return all batches of a round, in order; `scale` shortens or lengthens it as a whole."""
    randomness = random.Random(plan.seed)
    placed: list[tuple[float, list[Reading]]] = []
    for source in sources:
        share = plan.mix.get(source.name)
        if share is None:
            continue
        wrong = mine(source.training) if share.wrong_passage else {}
        if wrong and plan.alike:
            wrong = begin_alike(source.training, wrong, plan.alike, randomness)
        asked = [(p, q) for p in source.training for q in p.questions]
        for paragraph, question in _repeated(asked, share.repeats * scale, randomness):
            place = randomness.random() * share.until
            placed += [
                (place, unit) for unit in _units(source, share, paragraph, question, wrong, readings, randomness)
            ]
    placed.sort(key=lambda item: item[0])
    batches: list[Batch] = []
    for first in range(0, len(placed), _CHUNK):
        chunk = list(_batches([unit for _, unit in placed[first : first + _CHUNK]]))
        randomness.shuffle(chunk)
        batches += chunk
    return batches


def _repeated(items: list[Asked], times: float, randomness: random.Random) -> Iterator[Asked]:
    whole, rest = int(times), times - int(times)
    for _ in range(whole):
        yield from items
    yield from randomness.sample(items, round(rest * len(items)))


def _units(
    source: Source,
    share: Share,
    paragraph: SquadParagraph,
    question: SquadQuestion,
    wrong: dict[str, list[int]],
    readings: Readings,
    randomness: random.Random,
) -> Iterator[list[Reading]]:
    """Yield one question with its passages, and at times the question edited, alone."""
    title = paragraph.title if randomness.random() < 0.6 else ""
    asked = question.text
    if randomness.random() < 0.15:
        asked = asked.rstrip("?. ")
    text, spans = paragraph.text, question.spans
    if randomness.random() < share.joined:
        text, spans = _joined(source, text, spans, randomness)
    unit = [readings.make(asked, title, text, spans, randomness)]
    others = wrong.get(question.id, ())
    beside = ""
    if others and randomness.random() < share.wrong_passage:
        for number in randomness.sample(others, min(share.wrong_passages, len(others))):
            other = source.training[number]
            beside = other.text
            unit.append(readings.make(asked, other.title if title else "", other.text, (), randomness))
    yield unit
    if randomness.random() < share.edited and (changed := edited(paragraph, question, randomness, beside)):
        yield [readings.make(changed, title, paragraph.text, (), randomness)]


def _joined(
    source: Source, text: str, spans: tuple[tuple[int, int], ...], randomness: random.Random
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Put a sentence between others of its source, so that it makes a short passage."""
    drawn = randomness.sample(source.training, min(len(source.training), randomness.randint(1, 3)))
    others = [paragraph.text for paragraph in drawn if paragraph.text != text]
    cut = randomness.randint(0, len(others))
    before = "".join(other + " " for other in others[:cut])
    after = "".join(" " + other for other in others[cut:])
    return before + text + after, tuple((s + len(before), e + len(before)) for s, e in spans)


def _batches(units: list[list[Reading]]) -> Iterator[Batch]:
    """Yield batches of units of about one length; the number of passages in a full one depends on that length alone."""
    units = sorted(units, key=lambda unit: max(len(reading.token_ids) for reading in unit))
    gathered: list[list[Reading]] = []
    rows = 0
    while units:
        unit = units.pop()
        length = _rounded(max(len(reading.token_ids) for reading in (gathered or [unit])[0]))
        if rows + len(unit) > max(4, BATCH_TOKENS // length // 4 * 4):
            yield batch_of(gathered)
            gathered, rows = [], 0
        gathered.append(unit)
        rows += len(unit)
    if gathered:
        yield batch_of(gathered)


def _rounded(length: int) -> int:
    return -(-length // _STEP) * _STEP


def batch_of(units: list[list[Reading]]) -> Batch:
    """Return units, each of one question's passages, padded to one length."""
    readings = [reading for unit in units for reading in unit]
    shape = (len(readings), _rounded(max(len(reading.token_ids) for reading in readings)))
    batch = Batch(
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(shape, np.bool_),
        np.zeros((*shape, 2), np.float32),
        np.array([number for number, unit in enumerate(units) for _ in unit], np.int64),
    )
    for row, reading in enumerate(readings):
        length = len(reading.token_ids)
        batch.input_ids[row, :length] = reading.token_ids
        batch.attention_mask[row, :length] = 1
        batch.allowed[row, reading.passage_start : length - 1] = True
        batch.token_type_ids[row, reading.question_length : length] = 1
        for start, end in reading.spans:
            batch.targets[row, start, 0] += 1 / len(reading.spans)
            batch.targets[row, end, 1] += 1 / len(reading.spans)
    return batch
