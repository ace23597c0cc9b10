import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ReaderUnavailable
from index.passages import Passage
from qa.confidence import Confidence
from qa.reader import AnswerSpan, ReadablePassage, Reading
from tests.builders import AS_READ, document, kin

WEIGHED = Confidence(
    similarity=2.0,
    relevance=0.5,
    passage_similarity=4.0,
    support=0.25,
    lead=0.5,
    bias=-1.0,
    kind=0.5,
    coverage=1.0,
    quote_coverage=0.5,
)
MONDAY = document("One two three four.", "monday.txt")
FRIDAY = document("Four five, six and ONE TWO.", "friday.txt")
DOCUMENTS = {read.path: read for read in (MONDAY, FRIDAY)}


def reading(path: str, scores: dict[str, float], relevance: float = 0.0, similarity: float = 0.0) -> Reading:
    """Return the reading of a document as one passage, with the score of each of some words of it."""
    read = DOCUMENTS[path]
    whole = (0, len(read.text))
    spans = [
        AnswerSpan(read, read.text.index(words), read.text.index(words) + len(words), *whole, score)
        for words, score in scores.items()
    ]
    passage = ReadablePassage(read, Passage(0, read.id, *whole, ()), similarity)
    return Reading(passage, tuple(spans), relevance)


def sure(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def test_candidates_weigh_what_the_reader_and_retrieval_say_and_lead_over_the_others_and_no_answer() -> None:
    read = reading("monday.txt", {"four": 0.0, "One two": 2.0}, relevance=1.0, similarity=0.5)
    lead, behind = 3.5 - math.log(1 + math.exp(1.5)), 1.5 - math.log(1 + math.exp(3.5))
    found = [(c.span.text, c.support, c.lead, c.probability) for c in WEIGHED.candidates("", [read], kin)]
    expected: list[object] = [
        ("One two", 3.5, pytest.approx(lead), pytest.approx(sure(0.25 * 3.5 + 0.5 * lead + 0.5))),
        ("four", 1.5, pytest.approx(behind), pytest.approx(sure(0.25 * 1.5 + 0.5 * behind + 0.5))),
    ]
    assert found == expected


def test_an_answer_alone_competes_with_no_answer_only() -> None:
    (only,) = AS_READ.candidates("", [reading("monday.txt", {"four": 1.25})], kin)
    assert (only.support, only.lead, only.probability) == pytest.approx((1.25, 1.25, sure(1.25)))


def test_of_words_that_overlap_in_one_document_the_best_are_kept_whichever_passage_they_were_read_in() -> None:
    readings = [
        reading("monday.txt", {"two three": 1.0, "four": -1.0}),
        reading("monday.txt", {"One two": 2.0}),
        reading("friday.txt", {"five": 0.5}),
    ]
    kept = [(c.span.document.path, c.span.text) for c in AS_READ.candidates("", readings, kin)]
    assert kept == [("monday.txt", "One two"), ("friday.txt", "five"), ("monday.txt", "four")]


def test_the_same_answer_elsewhere_is_no_rival_and_rivals_count_once() -> None:
    readings = [
        reading("monday.txt", {"One two": 3.0, "four": 1.0}),
        reading("friday.txt", {"ONE TWO": 2.0, "Four": 0.5, "six": -1.0}),
    ]
    leads = [(c.span.text, c.lead) for c in AS_READ.candidates("", readings, kin)]
    no_answer, one_two, four, six = 1.0, math.exp(3.0), math.exp(1.0), math.exp(-1.0)
    expected: list[object] = [
        ("One two", pytest.approx(3.0 - math.log(no_answer + four + six))),
        ("ONE TWO", pytest.approx(2.0 - math.log(no_answer + four + six))),
        ("four", pytest.approx(1.0 - math.log(no_answer + one_two + six))),
        ("Four", pytest.approx(0.5 - math.log(no_answer + one_two + six))),
        ("six", pytest.approx(-1.0 - math.log(no_answer + one_two + four))),
    ]
    assert leads == expected


@pytest.mark.parametrize(("score", "probability"), [(1e6, 1.0), (-1e6, sure(-500)), (0.0, 0.5)])
def test_the_probability_bears_any_log_odds(score: float, probability: float) -> None:
    (only,) = AS_READ.candidates("", [reading("monday.txt", {"four": score})], kin)
    assert only.probability == pytest.approx(probability)


def test_nothing_read_gives_no_candidates() -> None:
    assert AS_READ.candidates("", [reading("monday.txt", {})], kin) == []
    assert AS_READ.candidates("", [], kin) == []


@st.composite
def readings_of_any_spans(draw: st.DrawFn) -> list[Reading]:
    def spans(path: str) -> tuple[AnswerSpan, ...]:
        read = DOCUMENTS[path]
        places = st.tuples(st.integers(0, 12), st.integers(1, 6), st.integers(-3, 3))
        drawn = draw(st.lists(places, max_size=5))
        return tuple(AnswerSpan(read, s, s + size, 0, len(read.text), float(score)) for s, size, score in drawn)

    paths = draw(st.lists(st.sampled_from(sorted(DOCUMENTS)), max_size=4))
    numbers = st.integers(-2, 2).map(float)
    return [replace(reading(path, {}, draw(numbers), draw(numbers)), spans=spans(path)) for path in paths]


@given(readings_of_any_spans())
def test_candidates_are_best_first_share_no_words_and_leave_out_only_what_a_better_one_overlaps(
    readings: list[Reading],
) -> None:
    candidates = WEIGHED.candidates("", readings, kin)
    kept = [candidate.span for candidate in candidates]
    supports = [candidate.support for candidate in candidates]
    assert supports == sorted(supports, reverse=True)
    assert [(a, b) for n, a in enumerate(kept) for b in kept[n + 1 :] if a.overlaps(b)] == []
    for read in readings:
        for span in read.spans:
            support = span.score + 0.5 * read.relevance + 2.0 * read.passage.similarity
            assert any(c.span.overlaps(span) and c.support >= support for c in candidates)


def test_passages_are_ordered_by_relevance_and_weighed_similarity() -> None:
    near, far, relevant = (
        reading("monday.txt", {}, relevance=-1.0, similarity=0.75),
        reading("monday.txt", {}, relevance=-1.0, similarity=0.25),
        reading("friday.txt", {}, relevance=1.5, similarity=0.0),
    )
    assert WEIGHED.order([far, relevant, near]) == [
        (near, pytest.approx(1 / (1 + math.exp(-2.0)))),
        (relevant, pytest.approx(1 / (1 + math.exp(-1.5)))),
        (far, 0.5),
    ]


def test_passages_that_are_equally_likely_stay_in_the_order_of_retrieval() -> None:
    first, second = reading("monday.txt", {}), reading("friday.txt", {})
    assert WEIGHED.order([first, second]) == [(first, 0.5), (second, 0.5)]
    assert WEIGHED.order([second, first]) == [(second, 0.5), (first, 0.5)]


def test_calibrating_scales_and_shifts_the_log_odds_and_keeps_the_order() -> None:
    calibrated = WEIGHED.calibrated(scale=2.0, shift=0.5)
    assert calibrated == Confidence(
        2.0, 0.5, 4.0, support=0.5, lead=1.0, bias=-1.5, kind=0.5, coverage=2.0, quote_coverage=1.0
    )


@given(readings_of_any_spans(), st.floats(0.25, 4), st.floats(-3, 3))
def test_calibrated_log_odds_are_scaled_and_shifted_for_every_candidate(
    readings: list[Reading], scale: float, shift: float
) -> None:
    def log_odds(confidence: Confidence) -> list[float]:
        return [math.log(c.probability / (1 - c.probability)) for c in confidence.candidates("", readings, kin)]

    before = log_odds(WEIGHED)
    assert log_odds(WEIGHED.calibrated(scale, shift)) == pytest.approx([scale * odds + shift for odds in before])


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "confidence.json"
    WEIGHED.save(file)
    assert Confidence.load(file) == WEIGHED
    assert json.loads(file.read_text()) == {
        "similarity": 2.0,
        "relevance": 0.5,
        "passage_similarity": 4.0,
        "support": 0.25,
        "lead": 0.5,
        "bias": -1.0,
        "kind": 0.5,
        "coverage": 1.0,
        "quote_coverage": 0.5,
        "wording": 0.0,
        "rival": 2.0,
    }


@pytest.mark.parametrize("content", [None, "", "{", "[1, 2]", "3", "{}", '{"similarity": 1.0}', '{"unknown": 1.0}'])
def test_weights_that_cannot_be_read_are_refused_with_their_place(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "confidence.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ReaderUnavailable) as raised:
        Confidence.load(file)
    assert str(raised.value).startswith(f"the weights of the confidence at {file} cannot be read: ")


def test_an_answer_of_the_kind_asked_for_is_weighed_higher_and_one_of_another_kind_lower() -> None:
    read = reading("friday.txt", {"five": 0.0, "and": 2.0})
    supports = {c.span.text: c.support for c in WEIGHED.candidates("How many?", [read], kin)}
    assert supports == {"five": 0.5, "and": 1.5}


def test_the_question_words_that_a_passage_and_its_quote_lack_count_against_it() -> None:
    read = document("The mill is blue. It has two wings.", "mill.txt")
    words, quoted = (read.text.index("two"), read.text.index("two") + 3), (read.text.index("It"), len(read.text))
    passage = ReadablePassage(read, Passage(0, read.id, 0, len(read.text), ()), 0.0)
    readings = [Reading(passage, (AnswerSpan(read, *words, *quoted, 0.0),), 0.0)]
    found = [
        (c.coverage, c.quote_coverage, math.log(c.probability / (1 - c.probability)))
        for question in ("wings?", "blue wings?", "blue ravens?", "")
        for c in WEIGHED.candidates(question, readings, kin)
    ]
    full = found[0][2]
    assert found == [
        (1.0, 1.0, full),
        (1.0, 0.5, pytest.approx(full - 0.5 * 0.5)),
        (0.5, 0.0, pytest.approx(full - 1.0 * 0.5 - 0.5 * 1.0)),
        (1.0, 1.0, full),
    ]


def test_of_like_answers_the_one_whose_quote_and_passage_have_the_words_of_the_question_is_weighed_higher() -> None:
    read = reading("friday.txt", {"five": 1.0})
    supports = [
        replace(AS_READ, wording=4.0).candidates(question, [read], kin)[0].support
        for question in ("six?", "six ravens?", "ravens?")
    ]
    assert supports == [1.0 + 4.0, 1.0 + 2.0, 1.0]


@pytest.mark.parametrize(("score", "shown"), [(4.0, ["One two", "and"]), (2.5, ["One two"])])
def test_a_different_answer_is_shown_beside_the_best_when_it_has_not_much_less_support(
    score: float, shown: list[str]
) -> None:
    confidence = replace(AS_READ, rival=1.0)
    readings = [reading("monday.txt", {"One two": 5.0}), reading("friday.txt", {"and": score})]
    assert rivals(confidence, readings) == shown


@pytest.mark.parametrize(("likely", "shown"), [(0.31, ["One two", "and"]), (0.29, ["One two"])])
def test_what_is_unlikely_even_without_the_better_answers_is_no_rival(likely: float, shown: list[str]) -> None:
    score = math.log(likely / (1 - likely))
    readings = [reading("monday.txt", {"One two": 0.5}), reading("friday.txt", {"and": score})]
    assert rivals(replace(AS_READ, rival=2.0), readings) == shown


@pytest.mark.parametrize("score", [3.0, -1.0])
def test_a_document_that_gives_the_best_answer_does_not_contradict_it(score: float) -> None:
    readings = [reading("monday.txt", {"One two": 5.0}), reading("friday.txt", {"ONE TWO": score, "and": 4.5})]
    assert rivals(replace(AS_READ, rival=2.0), readings) == ["One two", "ONE TWO"]


def test_a_document_in_which_the_reader_rules_the_best_answer_out_contradicts_it() -> None:
    readings = [reading("monday.txt", {"One two": 5.0}), reading("friday.txt", {"ONE TWO": -6.5, "and": 4.5})]
    assert rivals(replace(AS_READ, rival=2.0), readings) == ["One two", "and", "ONE TWO"]


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        ("The town lent 12 boats, said Ada Quill.", "It lent 9 boats, said the mayor.", ["12 boats", "9 boats"]),
        ("The town lent 12 boats, said the mayor.", "It lent 9 boats, said the mayor.", ["12 boats"]),
        ("The town lent 12 boats, said the mayor.", "It has 9 boats in all.", ["12 boats", "9 boats"]),
        ("The town lent 12 boats.", "It lent 9 boats, said the mayor.", ["12 boats", "9 boats"]),
        ("The town lent 12 boats.", "It has 9 boats in all.", ["12 boats"]),
        ("The town lent 12 boats.", "It has 9 metres of rope, said the mayor.", ["12 boats"]),
        ("The town lent 12 boats.", "It has 9 oars, said the mayor.", ["12 boats"]),
        ("The town lent boats, said the mayor.", "It has oars in all.", ["boats"]),
        ("The town lent boats, said the mayor.", "It has oars, said Ada Quill.", ["boats", "oars"]),
    ],
)
def test_a_document_contradicts_itself_where_two_of_those_it_names_differ_and_in_numbers_of_two_voices(
    first: str, second: str, shown: list[str]
) -> None:
    # By itself the second would be less likely than not.
    unsure = replace(AS_READ, rival=2.0, bias=-4.4)
    assert rivals(unsure, [in_two_sentences(first, second)]) == shown


def test_a_document_contradicts_itself_in_a_number_that_is_likely_right_by_itself() -> None:
    numbers = in_two_sentences("The town lent 12 boats.", "It has 9 boats in all.")
    assert rivals(replace(AS_READ, rival=2.0), [numbers]) == ["12 boats", "9 boats"]
    words = in_two_sentences("The town lent boats.", "It has oars in all.")
    assert rivals(replace(AS_READ, rival=2.0), [words]) == ["boats"]


def test_numbers_of_one_sentence_are_of_two_things() -> None:
    numbers = in_two_sentences("The tour lasts 75 minutes", "and the film lasts 20 minutes.")
    whole = (0, len(numbers.passage.document.text))
    spans = tuple(replace(span, quote_start=whole[0], quote_end=whole[1]) for span in numbers.spans)
    assert rivals(replace(AS_READ, rival=2.0), [replace(numbers, spans=spans)]) == ["75 minutes"]


def in_two_sentences(first: str, second: str) -> Reading:
    """Return the reading of two sentences in one document, with the number and its noun, or the noun, of each."""
    read = document(f"{first} {second}", "boats.txt")
    spans = []
    for quote, score in (((0, len(first)), 5.0), ((len(first) + 1, len(read.text)), 4.0)):
        found = re.compile(r"(?:\d+ )?(?:boats|oars|metres|minutes)").search(read.text, *quote)
        assert found
        spans.append(AnswerSpan(read, *found.span(), *quote, score))
    passage = ReadablePassage(read, Passage(0, read.id, 0, len(read.text), ()), 0.5)
    return Reading(passage, tuple(spans), 0.0)


@pytest.mark.parametrize(
    ("words", "shown"), [("9 boats", ["12 boats", "9 boats"]), ("9 oars", ["12 boats"]), ("the mayor", ["12 boats"])]
)
def test_only_an_answer_of_the_same_kind_is_a_rival(words: str, shown: list[str]) -> None:
    one, other = document("It has 12 boats.", "one.txt"), document(f"It gave {words} away.", "other.txt")
    readings = [
        Reading(
            ReadablePassage(read, Passage(0, read.id, 0, len(read.text), ()), 0.5),
            (AnswerSpan(read, start, start + len(said), 0, len(read.text), score),),
            0.0,
        )
        for read, said, score in ((one, "12 boats", 5.0), (other, words, 4.0))
        for start in (read.text.index(said),)
    ]
    assert rivals(replace(AS_READ, rival=2.0), readings) == shown


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("what is it?", ["One two", "and"]),
        ("the name of the thing that it is", ["One two", "and"]),
        ("why is it so?", ["One two"]),
    ],
)
def test_few_words_that_say_why_contradict_no_others(question: str, shown: list[str]) -> None:
    readings = [reading("monday.txt", {"One two": 5.0}), reading("friday.txt", {"and": 4.5})]
    assert rivals(replace(AS_READ, rival=2.0), readings, question) == shown


def rivals(confidence: Confidence, readings: list[Reading], question: str = "what is it?") -> list[str]:
    """Return the best candidate's words and those of its rivals."""
    candidates = confidence.candidates("", readings, kin)
    best = [candidate for candidate in candidates if candidate.group == 0]
    return [candidate.span.text for candidate in candidates if confidence.rivals(question, best, candidate, kin)]
