import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.squad import SquadParagraph
from qa.training.negatives import begin_alike, edited, mine
from tests.qa.training.makers import paragraph

BRIDGE = (
    "The bridge was planned by Ada Quill and built by Bela Novak in 1894. It took 12 workers, and Ada Quill paid "
    "1,500 crowns."
)
NAMES = ["Ada", "Quill", "Ada Quill", "Bela", "Bela Novak", "Rome", "Vienna", "1894", "12", "1,500", "9"]


def every_edit(asked: SquadParagraph) -> set[str | None]:
    """Return what the first question of a paragraph is turned into, over many draws."""
    return {edited(asked, asked.questions[0], random.Random(seed)) for seed in range(40)}


def test_negatives_share_words_with_the_question_best_first_and_hold_no_answer() -> None:
    paragraphs = [
        paragraph("The dam is 128 metres high.", {"How high is the Kariba dam?": ["128 metres"]}),
        paragraph("Ships wait.", {}),
        paragraph("The Kariba dam holds a lake.", {}),
        paragraph("Another source says: the Kariba dam is 128 METRES high.", {}),
        paragraph("A lake is high.", {}),
    ]
    assert mine(paragraphs) == {"How high is the Kariba dam?": [2, 4]}


def test_none_of_several_answers_stands_in_a_negative() -> None:
    paragraphs = [
        paragraph("Ada Quill built the mill.", {"Who built the mill?": ["Ada Quill", "Quill"]}),
        paragraph("Quill built the mill twice.", {}),
        paragraph("Nobody built the other mill.", {}),
    ]
    assert mine(paragraphs) == {"Who built the mill?": [2]}


def test_a_question_without_an_answer_has_every_other_like_passage_for_a_negative() -> None:
    paragraphs = [paragraph("A mill.", {"Is a mill here?": []}), paragraph("A mill.", {}), paragraph("A dam.", {})]
    assert sorted(mine(paragraphs)["Is a mill here?"]) == [1, 2]


def test_the_title_helps_to_find_a_negative() -> None:
    paragraphs = [
        paragraph("It is blue.", {"Which colour has the windmill?": ["blue"]}),
        paragraph("It turns.", {}, "The windmill"),
        paragraph("It stands.", {}, "The house"),
    ]
    assert mine(paragraphs)["Which colour has the windmill?"][0] == 1


def test_at_most_eight_negatives_are_kept() -> None:
    asked = paragraph("The mill is blue.", {"Which colour has the mill?": ["blue"]})
    mined = mine([asked, *(paragraph(f"The mill has {n} wings.", {}) for n in range(30))])
    assert len(set(mined["Which colour has the mill?"])) == 8


@settings(max_examples=20)  # each writes an index
@given(
    st.lists(
        st.lists(st.sampled_from("mill dam Dam lake is the old blue".split()), min_size=1, max_size=6).map(" ".join),
        min_size=1,
        max_size=6,
    )
)
def test_no_negative_is_the_passage_itself_or_holds_an_answer_in_any_case(passages: list[str]) -> None:
    answers = [text.split()[-1] for text in passages]
    paragraphs = [paragraph(text, {f"the mill {n}": [answers[n]]}) for n, text in enumerate(passages)]
    mined = mine(paragraphs)
    assert list(mined) == [f"the mill {n}" for n in range(len(passages))]
    for n, answer in enumerate(answers):
        found = mined[f"the mill {n}"]
        assert n not in found
        assert [passages[other] for other in found if answer.lower() in passages[other].lower()] == []


def test_a_name_is_replaced_by_another_name_and_not_by_the_answer() -> None:
    assert every_edit(paragraph(BRIDGE, {"What did Bela Novak build?": ["The bridge"]})) == {
        "What did Ada Quill build?"
    }
    assert every_edit(paragraph(BRIDGE, {"Who paid Bela Novak?": ["Ada Quill"]})) == {None}


def test_a_number_is_replaced_by_another_number_and_not_by_the_answer() -> None:
    assert every_edit(paragraph(BRIDGE, {"What took 12 workers?": ["The bridge"]})) == {
        "What took 1894 workers?",
        "What took 1,500 workers?",
    }
    assert every_edit(paragraph(BRIDGE, {"When did it take 12 workers?": ["1894"]})) == {
        "When did it take 1,500 workers?"
    }


def test_a_name_may_be_replaced_by_one_of_a_text_beside() -> None:
    asked = paragraph(BRIDGE, {"What did Bela Novak build?": ["The bridge"]})
    beside = "It was in Vienna that Carla Stein built a bridge."
    drawn = {edited(asked, asked.questions[0], random.Random(seed), beside) for seed in range(60)}
    assert drawn == {f"What did {name} build?" for name in ("Ada Quill", "Vienna", "Carla Stein")}


def test_a_word_may_be_replaced_by_its_opposite() -> None:
    question = "Which was the largest bridge that the women built?"
    assert every_edit(paragraph(BRIDGE, {question: ["The bridge"]})) == {
        None,  # no name to replace
        "Which was the smallest bridge that the women built?",
        "Which was the largest bridge that the men built?",
    }
    assert every_edit(paragraph(BRIDGE, {"What did Bela Novak build first?": ["The bridge"]})) == {
        "What did Ada Quill build first?",
        "What did Bela Novak build last?",
    }


def test_each_of_several_names_and_numbers_may_be_the_one_replaced() -> None:
    assert every_edit(paragraph(BRIDGE, {"What did Bela Novak build in 1894?": ["The bridge"]})) == {
        "What did Ada Quill build in 1894?",
        "What did Bela Novak build in 12?",
        "What did Bela Novak build in 1,500?",
    }


@pytest.mark.parametrize(
    "question",
    [
        "What was built?",
        "Who knew Carla Stein?",
        "Did Ada Quill pay Bela Novak?",
        "Novak built what?",
    ],
    ids=["no name", "a name that the passage has not", "all names are asked about", "a name that opens the question"],
)
def test_a_question_with_nothing_to_replace_stays_unedited(question: str) -> None:
    assert every_edit(paragraph(BRIDGE, {question: ["The bridge"]})) == {None}


def test_the_same_randomness_gives_the_same_edit() -> None:
    asked = paragraph(BRIDGE, {"What did Bela Novak build in 1894?": ["The bridge"]})
    (question,) = asked.questions
    drawn = [[edited(asked, question, random.Random(seed)) for seed in range(9)] for _ in range(2)]
    assert drawn[0] == drawn[1]


@given(
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=6, unique=True),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
    st.integers(0, 9),
)
def test_what_is_put_in_is_of_the_passage_and_neither_the_answer_nor_in_the_question(
    in_text: list[str], in_question: list[str], seed: int
) -> None:
    text = "they saw " + " and ".join(in_text)
    answer = in_text[-1]
    asked = paragraph(text, {"who saw " + " or ".join(in_question): [answer]})
    changed = edited(asked, asked.questions[0], random.Random(seed))
    if changed is None:
        return
    before, after = in_question, changed.removeprefix("who saw ").split(" or ")
    ((old, new),) = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert old in text and new in in_text
    assert new != answer and new not in before
    assert new[0].isdigit() == old[0].isdigit()


def test_passages_of_questions_that_begin_alike_are_added_without_those_that_hold_an_answer() -> None:
    paragraphs = [
        paragraph("Twelve boats lie here.", {"How many boats lie here?": ["Twelve"]}),
        paragraph("Nine goats graze.", {"how many goats graze?": ["Nine"]}),
        paragraph("twelve owls, too", {"How many owls are there?": ["twelve"]}),
        paragraph("Ada has a mill.", {"Who has a mill?": ["Ada"]}),
    ]
    mined = {"How many boats lie here?": [3], "how many goats graze?": [], "How many owls are there?": [0, 1, 3]}
    mined["Who has a mill?"] = [2]
    found = begin_alike(paragraphs, mined, 20, random.Random(1))
    assert {question: sorted(set(numbers)) for question, numbers in found.items()} == {
        "How many boats lie here?": [1, 3],
        "how many goats graze?": [0, 2],
        "How many owls are there?": [0, 1, 3],
        "Who has a mill?": [2],
    }
