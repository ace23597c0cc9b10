import hashlib
import re
from collections import Counter

import pytest

from qa.squad import SquadParagraph, SquadQuestion
from qa.training import written
from qa.training.corpora import Source
from qa.training.written import DocumentSet, document_sets, written_sources
from tests.behaviours import QUESTIONS
from tests.qa.training.makers import paragraph

SETS = [pytest.param(each, id=each.documents[0][0]) for part in document_sets() for each in part]


def test_passages_are_found_by_their_text_and_what_is_held_out_of_a_source_is_so_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new, other = (
        paragraph(f"The {word} mill stands.", {"what?": [word]}, "Mills") for word in ("old", "new", "x")
    )
    of_set = paragraph("The mill of the set stands.", {}, "A set")
    lines = {
        "over_passages.jsonl": [
            {"passage": name_of(old), "questions": [["Which mill is it?", [4, 7]], ["When did it fall?", None]]},
            {"passage": name_of(new), "questions": [["What stands?", [8, 12]]]},
            {"passage": name_of(of_set), "questions": [["What stands here?", [4, 8]]]},
        ],
        "over_sets.jsonl": [
            {"held_out": False, "documents": [{"title": of_set.title, "text": of_set.text}], "questions": []}
        ],
    }
    monkeypatch.setattr(written, "_lines", lines.__getitem__)
    over_passages, over_sets = written_sources([Source("squad", [old, other, old], [new])])
    first = SquadQuestion(f"{name_of(old)}, 0", "Which mill is it?", ((4, 7),))
    second = SquadQuestion(f"{name_of(old)}, 1", "When did it fall?", ())
    held_out = SquadQuestion(f"{name_of(new)}, 0", "What stands?", ((8, 12),))
    over_document = SquadQuestion(f"{name_of(of_set)}, 0", "What stands here?", ((4, 8),))
    assert over_passages == Source(
        "over_passages",
        [old.with_questions((first, second)), of_set.with_questions((over_document,))],
        [new.with_questions((held_out,))],
    )
    assert over_sets == Source("over_sets", [of_set], [])


def test_a_passage_that_no_source_has_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = {"over_passages.jsonl": [{"passage": "0" * 16, "questions": []}], "over_sets.jsonl": []}
    monkeypatch.setattr(written, "_lines", lines.__getitem__)
    with pytest.raises(ValueError, match="1 passages of over_passages.jsonl are not in the data: 0000000000000000"):
        written_sources([Source("squad", [paragraph("The old mill.", {})], [])])


def test_a_question_over_a_set_is_read_where_it_is_answered_and_where_most_of_its_words_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = ["Ada saw the mill burn.", "The mill burnt at noon.", "Bela slept.", "The mill was old."]
    documents = [{"title": "", "text": text} for text in texts]
    when = {"kind": "one", "question": "When did the mill burn?", "answers": {"1": [[15, 22]]}}
    shown = {"held_out": False, "documents": documents, "questions": [when]}
    monkeypatch.setattr(written, "_lines", {"over_passages.jsonl": [], "over_sets.jsonl": [shown]}.__getitem__)
    read = written_sources([])[1].training
    assert [(p.text, [(q.text, p.answers(q)) for q in p.questions]) for p in read] == [
        (texts[0], [(when["question"], ())]),
        (texts[1], [(when["question"], ("at noon",))]),
        (texts[2], []),
        (texts[3], [(when["question"], ())]),
    ]


@pytest.mark.parametrize("each", SETS)
def test_answers_over_a_set_are_whole_words_of_its_documents_as_their_kind_says(each: DocumentSet) -> None:
    assert len(each.documents) == 4
    for question in each.questions:
        for number, places in question.spans.items():
            text = each.documents[number][1]
            for start, end in places:
                assert 0 <= start < end <= len(text)
                assert text[start:end] == text[start:end].strip()
                assert not (text[start].isalnum() and text[start - 1 : start].isalnum())
                assert not (text[end - 1].isalnum() and text[end : end + 1].isalnum())
        answered = len(question.spans)
        several = answered > 1
        fits = {"one": answered == 1, "several": several, "agreeing": several, "tempting": answered == 0}
        assert fits[question.kind], question


def test_no_document_of_a_set_is_both_shown_and_held_out() -> None:
    shown, held_out = ({document for each in part for document in each.documents} for part in document_sets())
    assert not shown & held_out
    assert held_out


def test_questions_over_a_set_are_asked_once() -> None:
    for part in document_sets():
        for each in part:
            asked = Counter(question.text for question in each.questions)
            assert not [text for text, times in asked.items() if times > 1]


def test_questions_over_passages_have_ordered_places_and_are_asked_once() -> None:
    entries = written._lines("over_passages.jsonl")
    assert len({entry["passage"] for entry in entries}) == len(entries)
    for entry in entries:
        assert re.fullmatch(r"[0-9a-f]{16}", entry["passage"])
        assert all(answer is None or 0 <= answer[0] < answer[1] for _, answer in entry["questions"])


def test_no_sentence_of_the_documents_that_measure_is_learnt_from() -> None:
    measured = {line for file in (QUESTIONS / "documents").iterdir() for line in sentences_of(file.read_text())}
    texts = [text for part in document_sets() for each in part for _, text in each.documents]
    learnt = {line for text in texts for line in sentences_of(text)}
    assert not measured & learnt


def sentences_of(text: str) -> list[str]:
    """Return the longer sentences: a short one is written twice by chance."""
    return [line for line in re.split(r"(?<=[.!?])\s+|\n+", text) if len(line.split()) > 8]


def name_of(p: SquadParagraph) -> str:
    return hashlib.sha256(p.text.encode()).hexdigest()[:16]
