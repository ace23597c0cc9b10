from pathlib import Path

import pytest

from index.build import build
from index.documents import document_id
from index.errors import IndexMissing
from index.store import SnapshotStore
from qa.answerer import PASSAGES_READ, Answerer, Question
from qa.confidence import Confidence
from qa.conversation import Turn
from qa.replies import Reply
from qa.span_reader import SpanReader
from tests.builders import AS_READ, ScriptedReader, WordEncoder, pdf, write

FILES: dict[str, str | bytes] = {
    "news/monday.md": "# Monday\n\n## Troops\n\nOfficials say that about 10,000 troops are in the region.\n",
    "news/friday.md": "# Friday\n\nOfficials say that 12,500 troops are in the region.\n",
    "dam.txt": "The Kariba Dam is 128 metres high.\nIt is in Zambia.\n",
    "book.pdf": pdf(["An empty page.", "The old bridge was opened in 1894."]),
}


@pytest.fixture
def real(store: SnapshotStore, seeds: Path) -> Answerer:
    """The real encoder and reader over FILES."""
    write(seeds, FILES)
    build(store)
    return Answerer(store, SpanReader(), Confidence.load(), floor=0.3)


@pytest.fixture
def scripted_store(data: Path, seeds: Path) -> SnapshotStore:
    write(seeds, FILES)
    store = SnapshotStore(data, seeds, WordEncoder())
    build(store)
    return store


def test_a_follow_up_is_also_looked_for_as_typed_and_behind_the_question_before_it() -> None:
    turns = (Turn("who built the Kariba Dam?"), Turn("who said so?"))
    asked = Question("when was its first turbine built?", turns=turns)
    meant = asked.understood().interpreted_as
    assert meant == "when was the Kariba Dam’s first turbine built?"
    behind = "who built the Kariba Dam? when was its first turbine built?"
    assert asked.other_forms(meant) == {asked.text: 1.0, behind: 1 / 3}


def test_what_is_counted_after_a_count_is_what_that_counted_and_nothing_stands_beside_it() -> None:
    counts = (
        Turn("how many times is Ostrea mentioned?"),
        Turn("and Brandt?", (), "how many times is Brandt mentioned?"),
    )
    for turns in (counts, counts[1:]):
        understood = Question("which documents mention it?", turns=turns).understood()
        assert understood.interpreted_as == "which documents mention Brandt?"


@pytest.mark.parametrize(("typed", "weight"), [("why?", 1 / 6), ("when was it built?", 1 / 3)])
def test_a_follow_up_counts_less_as_typed_the_less_it_says(typed: str, weight: float) -> None:
    asked = Question(typed, turns=(Turn("who built the Kariba Dam?"),))
    assert asked.other_forms(asked.understood().interpreted_as)[typed] == weight


def test_what_is_understood_as_typed_is_looked_for_in_no_other_form() -> None:
    asked = Question("Who wrote Middlemarch?", turns=(Turn("how high is the Kariba Dam?", ("128 metres",)),))
    assert asked.other_forms(asked.understood().interpreted_as) == {}


def test_what_the_documents_say_of_something_else_alone_is_not_asked_of_what_the_conversation_was_about(
    store: SnapshotStore, seeds: Path
) -> None:
    files: dict[str, str | bytes] = {
        "dam.txt": "The Kariba Dam is 128 metres high. Its cost was 480 million dollars.\n",
        "lease.txt": "The landlord of the flat is Agnes Dunmore. The cost of repairs is hers.\n",
    }
    write(seeds, files)
    build(store)
    answerer = Answerer(store, SpanReader(), Confidence.load(), floor=0.1)
    turns = (Turn("how high is the Kariba Dam?", ("128 metres",)),)
    replies = [answerer.ask(Question(typed, turns=turns)) for typed in ("who is the landlord?", "what was the cost?")]
    assert [(reply.interpreted_as, texts(reply)) for reply in replies] == [
        ("who is the landlord?", ["Agnes Dunmore"]),
        ("what was the cost? (Kariba Dam)", ["480 million dollars"]),
    ]


def ask(store: SnapshotStore, probabilities: dict[str, float], floor: float = 0.3, limit: int = 5) -> Reply:
    return Answerer(store, ScriptedReader(probabilities), AS_READ, floor).ask(Question("how many troops?", limit))


def texts(reply: Reply) -> list[str]:
    return [answer.text for answer in reply.answers]


@pytest.mark.parametrize(
    "question",
    ["How many troops are in the region?", "How high is the dam?", "When was the bridge opened?", "Why?", "", "?"],
)
def test_every_quote_and_answer_is_the_slice_it_claims(real: Answerer, question: str) -> None:
    for answer in real.ask(Question(question)).answers:
        assert (
            answer.text
            == answer.evidence[0].document.text[answer.evidence[0].answer_start : answer.evidence[0].answer_end]
        )
        for evidence in answer.evidence:
            quote = evidence.quote
            assert evidence.document.text[quote.start : quote.end] == quote.text
            assert quote.start <= evidence.answer_start < evidence.answer_end <= quote.end


def test_one_answer_comes_with_its_quote_and_place(real: Answerer) -> None:
    reply = real.ask(Question("How high is the Kariba Dam?"))
    evidence = reply.answers[0].evidence[0]
    assert (reply.status, reply.answer) == ("answered", "128 metres")
    assert (evidence.quote.text, evidence.document.path) == ("The Kariba Dam is 128 metres high.", "dam.txt")
    assert (evidence.quote.start, evidence.quote.end, evidence.answer_start, evidence.answer_end) == (0, 34, 18, 28)
    assert (evidence.line, evidence.page, evidence.heading_path) == (1, None, ())


def test_an_answer_on_a_page_names_it(real: Answerer) -> None:
    evidence = real.ask(Question("When was the old bridge opened?")).answers[0].evidence[0]
    assert (evidence.document.path, evidence.page, evidence.line) == ("book.pdf", 2, 3)


def test_documents_that_differ_give_several_answers_and_no_single_one(real: Answerer) -> None:
    reply = real.ask(Question("How many troops are in the region?"))
    assert (reply.status, reply.answer, set(texts(reply))) == ("several", None, {"about 10,000", "12,500"})
    places = {answer.text: answer.evidence[0].heading_path for answer in reply.answers}
    assert places == {"about 10,000": ("Monday", "Troops"), "12,500": ("Friday",)}


def test_documents_restrict_what_is_asked(real: Answerer) -> None:
    reply = real.ask(Question("How many troops are in the region?", documents=("news/fri*",)))
    assert (reply.status, reply.answer) == ("answered", "12,500")
    assert {found.document.path for found in reply.passages} == {"news/friday.md"}


def test_no_documents_to_ask_is_told_apart_from_not_stated(real: Answerer) -> None:
    reply = real.ask(Question("How many troops?", documents=("nothing/*",)))
    assert (reply.status, reply.answers, reply.passages, reply.confidence) == ("no_documents", (), (), 0.0)


def test_what_no_document_says_is_not_stated_and_the_nearest_text_is_shown(real: Answerer) -> None:
    reply = real.ask(Question("How many moons does Jupiter have?"))
    assert (reply.status, reply.answer, reply.answers) == ("not_stated", None, ())
    assert 0 < reply.confidence < 0.3
    assert len(reply.passages) >= 1


def test_below_the_floor_nothing_is_answered_and_the_confidence_is_that_of_the_best(
    scripted_store: SnapshotStore,
) -> None:
    reply = ask(scripted_store, {"about 10,000": 0.4, "12,500": 0.2}, floor=0.5)
    assert (reply.status, reply.answers) == ("not_stated", ())
    assert reply.confidence == pytest.approx(0.4)
    assert ask(scripted_store, {"about 10,000": 0.5}, floor=0.5).answer == "about 10,000"


def test_another_answer_is_shown_when_little_more_speaks_for_the_best(scripted_store: SnapshotStore) -> None:
    probabilities = {"about 10,000": 0.9, "12,500": 0.56, "128 metres": 0.54}
    assert texts(ask(scripted_store, probabilities)) == ["about 10,000", "12,500"]
    assert ask(scripted_store, {"about 10,000": 0.95, "12,500": 0.54}).answer == "about 10,000"


def test_another_answer_that_is_unlikely_by_itself_is_not_shown(scripted_store: SnapshotStore) -> None:
    assert texts(ask(scripted_store, {"about 10,000": 0.5, "12,500": 0.24}, floor=0.1)) == ["about 10,000"]


def test_another_answer_of_the_same_document_or_of_another_kind_is_not_shown(scripted_store: SnapshotStore) -> None:
    assert texts(ask(scripted_store, {"128 metres": 0.8, "Zambia": 0.7})) == ["128 metres"]
    assert texts(ask(scripted_store, {"128 metres": 0.8, "12,500": 0.7})) == ["128 metres", "12,500"]
    assert texts(ask(scripted_store, {"128 metres": 0.8, "Officials": 0.7})) == ["128 metres"]


def test_the_same_words_from_several_places_are_one_answer_with_all_its_evidence(
    scripted_store: SnapshotStore,
) -> None:
    reply = ask(scripted_store, {"the region": 0.9})
    assert (reply.status, reply.answer) == ("answered", "the region")
    assert reply.confidence == pytest.approx(0.9)
    paths = [evidence.document.path for evidence in reply.answers[0].evidence]
    assert sorted(paths) == ["news/friday.md", "news/monday.md"]


def test_of_answers_that_share_words_the_better_is_kept(scripted_store: SnapshotStore) -> None:
    reply = ask(scripted_store, {"the region": 0.8, "region": 0.9})
    assert [e.answer_end - e.answer_start for a in reply.answers for e in a.evidence] == [len("region")] * 2


def test_sentences_side_by_side_are_one_quote_and_few_words_are_not_set_beside_them(
    scripted_store: SnapshotStore,
) -> None:
    probabilities = {"It is in Zambia.": 0.8, "The Kariba Dam is 128 metres high.": 0.7, "12,500": 0.7}
    reply = ask(scripted_store, probabilities)
    (answer,) = reply.answers
    (only,) = answer.evidence
    assert reply.answer == only.quote.text == "The Kariba Dam is 128 metres high.\nIt is in Zambia."


def test_sentences_that_stand_apart_are_quoted_apart_best_first(scripted_store: SnapshotStore) -> None:
    sentences = ["Officials say that 12,500 troops are in the region.", "It is in Zambia."]
    (answer,) = ask(scripted_store, dict(zip(sentences, (0.8, 0.7), strict=True))).answers
    assert [evidence.quote.text for evidence in answer.evidence] == sentences


def test_what_agrees_with_an_answer_is_evidence_though_little_speaks_for_it(scripted_store: SnapshotStore) -> None:
    reply = ask(scripted_store, {"10,000": 0.9, "Officials": 0.2})
    assert [len(answer.evidence) for answer in reply.answers] == [1]
    several = ask(scripted_store, {"Zambia": 0.9, "Officials": 0.7})
    assert [(answer.text, len(answer.evidence)) for answer in several.answers] == [("Zambia", 1), ("Officials", 2)]


def test_quantities_are_whole_and_told_by_value_unit_and_modifier(scripted_store: SnapshotStore) -> None:
    (answer,) = ask(scripted_store, {"10,000": 0.9}).answers
    quantity = answer.quantity
    assert quantity is not None
    assert (answer.text, quantity.value, quantity.unit, quantity.modifier) == (
        "about 10,000",
        10_000,
        "troops",
        "about",
    )


def test_who_says_it_is_told_with_its_place(scripted_store: SnapshotStore) -> None:
    (evidence,) = ask(scripted_store, {"10,000": 0.9}).answers[0].evidence
    assert evidence.attribution is not None
    assert evidence.document.text[slice(*evidence.attribution)] == "Officials say"
    (without,) = ask(scripted_store, {"128 metres": 0.9}).answers[0].evidence
    assert without.attribution is None


def test_a_pronoun_is_no_answer(scripted_store: SnapshotStore) -> None:
    assert ask(scripted_store, {"It": 0.9, "Zambia": 0.8}).answer == "Zambia"


def test_a_figure_does_not_say_why(scripted_store: SnapshotStore) -> None:
    answerer = Answerer(scripted_store, ScriptedReader({"10,000": 0.9, "Zambia": 0.8}), AS_READ, floor=0.3)
    assert answerer.ask(Question("how many troops?")).answer == "about 10,000"
    assert answerer.ask(Question("why are there troops?")).answer == "Zambia"


def test_what_is_said_not_to_be_so_and_a_question_are_no_answers(store: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"fire.txt": "Moe counted 60 men, not 45. Was the captain drunk? He was not the owner.\n"})
    build(store)

    def answer(question: str, probabilities: dict[str, float]) -> str | None:
        return Answerer(store, ScriptedReader(probabilities), AS_READ, floor=0.3).ask(Question(question)).answer

    assert answer("how many men?", {"45": 0.9, "60": 0.8}) == "60"
    assert answer("was he drunk?", {"Was the captain drunk?": 0.9, "He was not the owner.": 0.8}) == (
        "He was not the owner."
    )
    assert answer("who was it?", {"captain": 0.9, "owner": 0.8, "Moe": 0.7}) == "Moe"
    assert answer("what was he not?", {"owner": 0.8, "Moe": 0.7}) == "owner"


def test_another_row_of_a_table_and_a_weekday_are_evidence_only_where_much_is_for_them(
    store: SnapshotStore, seeds: Path
) -> None:
    write(
        seeds,
        {
            "log.csv": "Day,Idle boats\n2024-03-06,23 boats\n2024-03-07,23\n",
            "memo.txt": "On one day idle were 23, too.\n",
            "plan.txt": "The harbour opens on 18 March 2024.\n",
            "news.txt": "The harbour was closed on Monday.\n",
        },
    )
    build(store)

    def places(question: str, probabilities: dict[str, float]) -> list[tuple[str, int | None]]:
        reader = ScriptedReader(probabilities)
        (answer,) = Answerer(store, reader, AS_READ, floor=0.3).ask(Question(question)).answers
        return [(evidence.document.path, evidence.row) for evidence in answer.evidence]

    opening = "When does the harbour open?"
    assert places(opening, {"18 March 2024": 0.99, "Monday": 0.9}) == [("plan.txt", None), ("news.txt", None)]
    assert places(opening, {"18 March 2024": 0.99, "Monday": 0.1}) == [("plan.txt", None)]
    idle = "How many boats were idle on one day?"
    assert places(idle, {"23 boats": 0.99, "23": 0.9}) == [("log.csv", 2), ("log.csv", 3), ("memo.txt", None)]
    assert places(idle, {"23 boats": 0.99, "23": 0.1}) == [("log.csv", 2), ("memo.txt", None)]


def test_what_names_a_column_is_no_answer(store: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"dams.csv": "Dam,Height\nKariba,128\n"})
    build(store)
    reply = Answerer(store, ScriptedReader({"Height": 0.9, "Kariba": 0.8}), AS_READ, floor=0.3).ask(Question("which?"))
    assert texts(reply) == ["Kariba"]


def test_sentences_of_two_paragraphs_are_two_quotes_and_the_number_of_one_is_none(
    store: SnapshotStore, seeds: Path
) -> None:
    write(seeds, {"lease.txt": "5. Pets. One cat is allowed.\n\n6. Repairs are paid by the owner.\n"})
    build(store)
    sentences = ["One cat is allowed.", "Repairs are paid by the owner."]
    reader = ScriptedReader({sentences[0]: 0.9, "6.": 0.8, sentences[1]: 0.7})
    (answer,) = Answerer(store, reader, AS_READ, floor=0.3).ask(Question("are cats allowed?")).answers
    assert [evidence.quote.text for evidence in answer.evidence] == sentences


def test_no_more_answers_are_given_than_asked_for(scripted_store: SnapshotStore) -> None:
    probabilities = {"about 10,000": 0.8, "12,500": 0.7, "128 metres": 0.6}
    assert texts(ask(scripted_store, probabilities, limit=2)) == ["about 10,000", "12,500"]


def test_one_of_several_answers_stays_one_of_several_when_only_one_is_asked_for(
    scripted_store: SnapshotStore,
) -> None:
    reply = ask(scripted_store, {"about 10,000": 0.8, "12,500": 0.7}, limit=1)
    assert (texts(reply), reply.status, reply.answer) == (["about 10,000"], "several", None)


def test_passages_arrive_before_the_reply(scripted_store: SnapshotStore) -> None:
    answerer = Answerer(scripted_store, ScriptedReader({"12,500": 0.9}), AS_READ, floor=0.3)
    first, second = answerer.steps(Question("how many troops?"))
    assert isinstance(second, Reply) and not isinstance(first, Reply)
    assert {(p.document.id, p.start) for p in second.passages} == {(p.document.id, p.start) for p in first}
    assert len(first) == len(second.passages) <= PASSAGES_READ
    for passages in (first, second.passages):
        scores = [found.score for found in passages]
        assert scores == sorted(scores, reverse=True)


def test_the_passage_that_answers_comes_first_once_it_was_read(scripted_store: SnapshotStore) -> None:
    reply = ask(scripted_store, {"128 metres": 0.9})
    assert reply.passages[0].document.path == "dam.txt"
    assert reply.passages[0].score == pytest.approx(0.9)


def test_a_reply_names_the_snapshot_and_the_time_it_took(scripted_store: SnapshotStore) -> None:
    reply = ask(scripted_store, {"12,500": 0.9})
    assert (reply.question, reply.interpreted_as) == ("how many troops?", "how many troops?")
    assert reply.index_version == scripted_store.current().version
    assert reply.timings.total == pytest.approx(reply.timings.retrieve + reply.timings.read)


def test_a_reply_in_the_making_keeps_to_its_snapshot(scripted_store: SnapshotStore, seeds: Path) -> None:
    version = scripted_store.current().version
    steps = Answerer(scripted_store, ScriptedReader({"12,500": 0.9}), AS_READ, floor=0.3).steps(
        Question("how many troops?")
    )
    next(steps)
    write(seeds, {"news/friday.md": "# Friday\n\nNobody is there.\n"})
    assert build(scripted_store).version != version
    reply = next(steps)
    assert isinstance(reply, Reply) and (reply.answer, reply.index_version) == ("12,500", version)


def test_before_the_first_build_there_is_no_answer(store: SnapshotStore) -> None:
    with pytest.raises(IndexMissing):
        Answerer(store, SpanReader(), Confidence.load(), floor=0.3).ask(Question("how many troops?"))


def test_an_empty_folder_has_no_documents(data: Path, seeds: Path) -> None:
    store = SnapshotStore(data, seeds, WordEncoder())
    build(store)
    assert ask(store, {"12,500": 0.9}).status == "no_documents"


def test_equal_text_in_two_files_is_evidence_from_both(scripted_store: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"copy.txt": FILES["dam.txt"]})
    build(scripted_store)
    evidence = ask(scripted_store, {"128 metres": 0.9}).answers[0].evidence
    assert {e.document.id for e in evidence} == {document_id("dam.txt"), document_id("copy.txt")}


def test_a_sentence_that_stands_in_two_files_is_quoted_from_both(scripted_store: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"copy.txt": FILES["dam.txt"]})
    build(scripted_store)
    (answer,) = ask(
        scripted_store, {"It is in Zambia.": 0.8, "Officials say that 12,500 troops are in the region.": 0.7}
    ).answers
    assert [e.document.path for e in answer.evidence] == ["copy.txt", "news/friday.md", "dam.txt"]


@pytest.mark.parametrize("limit", [1, 5])
def test_one_of_several_who_said_so_stays_one_of_several(
    scripted_store: SnapshotStore, seeds: Path, limit: int
) -> None:
    write(seeds, {"sunday.md": "The ministry reported that 13,000 troops are in the region.\n"})
    build(scripted_store)
    reader = ScriptedReader({"12,500": 0.8, "13,000": 0.7})
    turns = (Turn("how many troops?", ("12,500", "13,000")),)
    reply = Answerer(scripted_store, reader, AS_READ, floor=0.3).ask(Question("who said so?", limit, turns=turns))
    said = ["Officials say", "The ministry reported"]
    assert (reply.status, reply.answer, [a.text for a in reply.answers]) == ("several", None, said[:limit])


def test_what_is_too_improbable_for_an_answer_is_no_evidence_for_one(store: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"sky.txt": "The watchers saw the comet for 47 minutes.\n", "mill.txt": "The garden has 47 plots.\n"})
    build(store)
    answerer = Answerer(store, SpanReader(), Confidence.load(), floor=0.3)
    reply = answerer.ask(Question("for how many minutes did the watchers see the comet?"))
    assert [(answer.text, [e.document.path for e in answer.evidence]) for answer in reply.answers] == [
        ("47", ["sky.txt"])
    ]


def test_a_sentence_cut_between_passages_is_quoted_by_the_clauses_around_the_answer(
    real: Answerer, store: SnapshotStore, seeds: Path
) -> None:
    clauses = ", ".join(f"article {n} of the treaty on the river Ard was read aloud" for n in range(16))
    sentence = f"In the great hall of the old mill, {clauses}, and it was signed by Ada Quill."
    write(seeds, {"treaty.txt": sentence + "\n"})
    build(store)
    reply = real.ask(Question("who signed the treaty on the river Ard?", documents=("treaty.txt",)))
    assert store.current().manifest.passages > 4
    assert [e.quote.text for answer in reply.answers for e in answer.evidence] == [
        sentence[sentence.index("article 12 of the treaty") :]
    ]
