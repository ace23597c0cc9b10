import pytest

from qa.answer_types import Expected, Kind, expected, fit
from qa.meaning import meaning
from qa.reader import AnswerSpan
from tests.builders import document, kin


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many troops are there?", "number"),
        ("how much does it cost", "number"),
        ("And how tall is the dam?", "number"),
        ("What percentage of voters stayed at home?", "number"),
        ("When was it built?", "date"),
        ("In what year did they meet?", "date"),
        ("At what time did it leave?", "date"),
        ("Who built it?", "name"),
        ("By whom was it built?", "name"),
        ("How many people were on the ferry when the dam broke?", "number"),
        ("When the dam broke, how many people died?", "number"),
        ("Who was mayor when the bridge opened?", "name"),
        ("What happened when the mill closed?", None),
        ("Do you know when the mill closed?", "date"),
        ("When was the mill, which burnt down, built?", "date"),
        ("since when", "date"),
        ("Where and when was the treaty signed?", "date"),
        ("Who signed it and when?", "date"),
        ("When exactly, and where, did it happen?", "date"),
        ("How did it happen?", None),
        ("What is it called?", None),
        ("Where is it?", None),
    ],
)
def test_the_kind_asked_for_is_told_from_the_question(question: str, kind: Kind | None) -> None:
    assert expected(question).kind == kind


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("How many troops are there?", "troops"),
        ("how many North Korean soldiers", "soldiers"),
        ("How many of the 34 nursing posts are vacant?", "posts"),
        ("How many of these were sold?", None),
        ("How many of those boats were sold?", "boats"),
        ("How many of them died?", None),
        ("How many died?", None),
        ("How many people came?", "people"),
        ("How many are there?", None),
        ("How many?", None),
        ("How much water is there?", None),
    ],
)
def test_of_a_count_the_noun_is_told(question: str, noun: str | None) -> None:
    assert expected(question).noun == noun


@pytest.mark.parametrize(
    ("noun", "answer", "fits"),
    [
        ("troops", "10,000", 1),
        ("troops", "10,000 soldiers", 1),
        ("troops", "13,000 containers", -1),
        ("troops", "$5", -1),
        ("hours", "5 hours", 1),
        ("hours", "5 minutes", -1),
    ],
)
def test_a_count_is_of_what_is_asked_for(noun: str, answer: str, fits: int) -> None:
    said = meaning(AnswerSpan(document(answer), 0, len(answer), 0, len(answer), 1.0))
    assert fit(Expected("number", noun), said, kin) == fits


@pytest.mark.parametrize(
    ("question", "answer", "fits"),
    [
        ("How long does the crossing take?", "40 minutes", 1),
        ("How long is the ferry?", "61 metres", 1),
        ("How long does the crossing take?", "83 km/h", -1),
        ("How long is the report?", "83 pages", 1),
        ("How old is the dog?", "fourteen", 1),
        ("how old is the dog", "14 years", 1),
        ("How old is the dog?", "14 kg", -1),
        ("How tall is the dam?", "128 m", 1),
        ("How tall is the dam?", "$128", -1),
        ("How heavy is the kettle?", "1.2 kg", 1),
        ("How heavy is the kettle?", "1.7 litres", -1),
        ("How fast is the ferry?", "30 km/h", 1),
        ("How high were the prices?", "$128", 1),
        ("How much was it?", "128 m", 1),
    ],
)
def test_a_measure_is_of_what_is_asked_for(question: str, answer: str, fits: int) -> None:
    said = meaning(AnswerSpan(document(answer), 0, len(answer), 0, len(answer), 1.0))
    assert fit(expected(question), said, kin) == fits


@pytest.mark.parametrize(
    ("kind", "answer", "fits"),
    [
        ("number", "about 10,000 troops", 1),
        ("number", "$5", 1),
        ("number", "several", 0),
        ("number", "the second", -1),
        ("number", "in 1911", -1),
        ("number", "Ada Quill", -1),
        ("date", "4 May 1911", 1),
        ("date", "Wednesday", 1),
        ("date", "half past seven", 1),
        ("date", "after the war", 0),
        ("date", "three weeks later", 0),
        ("date", "10,000 troops", -1),
        ("name", "Ada Quill", 1),
        ("name", "the harbour master", 0),
        ("name", "4 May 1911", -1),
        ("name", "at noon", -1),
        ("name", "10,000", -1),
        (None, "10,000", 0),
    ],
)
def test_an_answer_is_of_the_kind_of_another_or_it_cannot_be_told(kind: Kind | None, answer: str, fits: int) -> None:
    said = meaning(AnswerSpan(document(answer), 0, len(answer), 0, len(answer), 1.0))
    assert fit(Expected(kind), said, kin) == fits
