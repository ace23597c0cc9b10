import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from selectolax.lexbor import LexborHTMLParser

from qa.evaluation.report import MEANINGS, render, shown
from qa.evaluation.run import Evaluation, Outcome
from tests.qa.evaluation.makers import outcome
from tests.strategies import texts

RIGHT = outcome(
    "How high is it?", ("128 metres",), ("128 metres",), ("It is 128 metres high.",), 0.9, retrieved=1, read=1
)
WRONG = outcome("Where is it?", ("Zambia", "in Zambia"), ("Kursk",), ("It is near Kursk.",), 0.6, retrieved=2)
SILENT = outcome("Who built it?", ("Ada",), ("Bob",), ("Bob slept.",), 0.2, shown=0, retrieved=1)
MISSED = outcome("Who paid?", ("Eve",), confidence=0.0)
FALSE = outcome("Who owns it?", (), ("Bob",), ("Bob slept.",), 0.4)


def page(*outcomes: Outcome, name: str = "set.json") -> LexborHTMLParser:
    return LexborHTMLParser(render(Evaluation(outcomes, 0.3), name))


def texts_of(parsed: LexborHTMLParser, selector: str) -> list[str]:
    return [node.text() for node in parsed.css(selector)]


def points(parsed: LexborHTMLParser) -> list[str | None]:
    return [node.attributes["points"] for node in parsed.css("polyline.curve")]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("questions", 11873, "11,873"),
        ("questions_without_answer", 0, "0"),
        ("latency_median_ms", 1234.5678, "1,235 ms"),
        ("latency_p95_ms", 0.4, "0 ms"),
        ("auroc_answerable", 0.87654, "0.877"),
        ("brier_score", 0.0, "0.000"),
        ("calibration_error", 0.0124, "0.012"),
        ("area_under_risk_coverage", 1.0, "1.000"),
        ("f1", 0.71549, "71.5 %"),
        ("coverage_at_80", 1.0, "100.0 %"),
    ],
)
def test_a_figure_is_shown_as_people_read_it(name: str, value: float, said: str) -> None:
    assert shown(name, value) == said


def test_every_figure_has_a_meaning_in_the_order_they_are_read() -> None:
    assert list(Evaluation((RIGHT, FALSE), 0.3).figures()) == list(MEANINGS)


def test_the_page_lists_the_figures_with_their_meaning() -> None:
    evaluation = Evaluation((RIGHT, WRONG, FALSE), 0.3)
    parsed = LexborHTMLParser(render(evaluation, "set.json"))
    rows = [tuple(cell.text() for cell in row.css("th, td")) for row in parsed.css("tr")]
    assert rows == [(name, shown(name, value), MEANINGS[name]) for name, value in evaluation.figures().items()]
    assert ("exact_match", "50.0 %", MEANINGS["exact_match"]) in rows


def test_the_page_says_what_was_asked_and_how_sure_an_answer_must_be() -> None:
    parsed = page(RIGHT, WRONG)
    assert texts_of(parsed, "head title, h1") == ["Seedbed: evaluation of set.json", "Evaluation of set.json"]
    assert texts_of(parsed, "h1 + p") == ["2 questions; below a confidence of 0.3 no answer is given."]


def test_the_page_needs_nothing_but_itself() -> None:
    html = render(Evaluation((RIGHT, WRONG, SILENT, MISSED, FALSE), 0.3), "set.json")
    assert LexborHTMLParser(html).css("script, link, img, iframe, object, a, [src], [href]") == []
    assert re.findall(r"https?:|url\(|@import", html) == []


def test_the_curves_go_through_the_figures() -> None:
    parsed = page(RIGHT, WRONG)
    # A square of 260 at 44: coverage 0.5 at risk 0, then all at risk 0.5; confidence 0.6 wrong, then 0.9 right.
    assert points(parsed) == ["174.0,304.0 304.0,174.0", "200.0,304.0 278.0,44.0"]
    assert [(c.attributes["cx"], c.attributes["cy"], c.text()) for c in parsed.css("circle")] == [
        ("200.0", "304.0", "1 questions: confidence 0.60, right 0.00"),
        ("278.0", "44.0", "1 questions: confidence 0.90, right 1.00"),
    ]


def test_the_drawings_are_well_formed_and_named() -> None:
    figures = re.findall(r"<figure.*?</figure>", render(Evaluation((RIGHT, WRONG), 0.3), "set.json"))
    drawings = [ElementTree.fromstring(figure).find("svg") for figure in figures]
    captions = [ElementTree.fromstring(figure).findtext("figcaption") for figure in figures]
    assert [drawing.get("aria-label") for drawing in drawings if drawing is not None] == captions
    assert [caption.split(":")[0] for caption in captions if caption] == ["Risk and coverage", "Calibration"]


def test_each_kind_of_mistake_is_listed_with_what_was_expected_and_given() -> None:
    parsed = page(RIGHT, WRONG, SILENT, MISSED, FALSE)
    assert texts_of(parsed, ".charts ~ h2") == [
        "Wrong, and surest of it (1)",
        "Answered though there is no answer (1)",
        "Not answered though there is an answer (2)",
        "The answer was in none of the passages found (1)",
    ]
    assert [[p.text() for p in article.css("p")] for article in parsed.css("article")] == [
        [
            "Where is it?",
            "Expected: Zambia · in Zambia",
            "Given: Kursk (0.60)",
            "“It is near Kursk.”",
            "dam.txt, line 1",
        ],
        ["Who owns it?", "Expected: no answer", "Given: Bob (0.40)", "“Bob slept.”", "dam.txt, line 1"],
        ["Who built it?", "Expected: Ada", "Given (turned down): Bob (0.20)", "“Bob slept.”", "dam.txt, line 1"],
        ["Who paid?", "Expected: Eve", "Given (turned down): nothing (0.00)"],
        ["Who paid?", "Expected: Eve", "Given (turned down): nothing (0.00)"],
    ]


def test_without_mistakes_none_are_listed() -> None:
    turned_down = outcome("Who owns it?", (), ("Bob",), confidence=0.1, shown=0)
    assert texts_of(page(RIGHT, turned_down), ".charts ~ h2, article") == []


def test_the_surest_twenty_mistakes_of_a_kind_are_listed() -> None:
    wrong = [
        outcome(f"Question {n}", ("Ada",), ("Bob",), confidence=n / 100, retrieved=1)
        for n in (*range(11, 22), *range(11))
    ]
    parsed = page(*wrong)
    assert texts_of(parsed, ".charts ~ h2") == ["Wrong, and surest of it (22, of which 20 here)"]
    assert texts_of(parsed, "article strong") == [f"Question {n}" for n in range(21, 1, -1)]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><b>&amp;', "costs $name or ${figures}, $$"])
def test_what_questions_and_documents_say_stays_text(text: str) -> None:
    parsed = page(outcome(text, (text,), ("wrong", text), (text,), 0.9, retrieved=1), name=text)
    assert texts_of(parsed, "article p") == [
        text,
        f"Expected: {text}",
        "Given: wrong (0.90)",
        f"“{text}”",
        "dam.txt, line 1",
    ]
    assert texts_of(parsed, "head title, h1") == [f"Seedbed: evaluation of {text}", f"Evaluation of {text}"]
    assert parsed.css("script, b") == []


@given(texts, texts)
def test_no_text_adds_an_element_to_the_page(question: str, answer: str) -> None:
    plain = page(outcome("q", ("a",), ("b",), ("c",), retrieved=1))
    odd = page(outcome(question, (answer,), (f"not {answer} at all, no",), (f"c{answer}",), retrieved=1))
    plain_tags, odd_tags = ([node.tag for node in parsed.css("*")] for parsed in (plain, odd))
    assert odd_tags in (plain_tags, [node.tag for node in page(RIGHT).css("*")])
