"""Counts of mentions: which questions ask for one, what is an occurrence, and the count over all documents."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.build import build
from index.errors import BadCursor
from index.snapshot import Snapshot
from index.store import SnapshotStore
from qa.answerer import Answerer, Question
from qa.counting import PAGE, CountQuestion, count, count_question, counted_again, occurrences
from qa.replies import Count, CountUnit, Evidence, Quote, Reply
from tests.builders import AS_READ, ScriptedReader, WordEncoder, pdf, write

FILES: dict[str, str | bytes] = {
    "b/front.txt": "Near Kursk it is quiet.\nThe Kursk region waits; KURSK’S roads are empty.\n",
    "a.md": "# From Kursk\n\nLloyd\nAustin spoke. Nobody was in Kurskaya.\n\n- Lloyd Austin\n- Moscow\n",
    "c.pdf": pdf(["The first page.", "Austin flew to Kursk."]),
    "d.txt": "Nothing happened here.\n",
}


#: Documents to be told apart by their names, each with Kursk in it.
NAMED: dict[str, str | bytes] = {
    "ada.md": "# Diary of Ada\n\nTo Kursk.\n",
    "minutes.txt": "Parish council\n\nKursk was spoken of.\n",
    "harbour.md": "# Harbour report\n\nShips from Kursk.\n",
    "harbour-2023.md": "# Harbour report 2023\n\nShips to Kursk.\n",
    "bog-field-note-2.txt": "Kursk has a bog.\n",
    "rejected.md": "# Mayor rejects inspection report on asbestos\n\nKursk is mentioned ten times.\n",
    "quill.md": "# Ada Quill\n\nBorn in Kursk.\n",
    "last-ferry.txt": "The last ferry to Kursk.\n",
    "n/memo.txt": "Kursk.\n",
    "m/memo.txt": "Kursk.\n",
    "fees.md": "# Note on a fee\n\nKursk pays.\n",
    "fees-2.md": "# Fee note\n\nKursk does not pay.\n",
}


@pytest.fixture
def store(data: Path, seeds: Path) -> SnapshotStore:
    return SnapshotStore(data, seeds, WordEncoder())


@pytest.fixture
def snapshot(store: SnapshotStore, seeds: Path) -> Snapshot:
    write(seeds, FILES)
    build(store)
    return store.current()


def counted(
    snapshot: Snapshot,
    of: str,
    unit: CountUnit = "occurrences",
    documents: tuple[str, ...] | None = None,
    cursor: str | None = None,
) -> Count:
    found = count(snapshot, CountQuestion(of, unit), documents, cursor)
    assert found is not None
    return found


def places(found: Count) -> list[tuple[str, str, str]]:
    """Return the path, the occurrence and the quote of everything listed."""
    return [(e.document.path, _words(e), e.quote.text) for e in found.occurrences]


def _words(evidence: Evidence) -> str:
    return evidence.document.text[evidence.answer_start : evidence.answer_end]


@pytest.mark.parametrize(
    ("question", "of"),
    [
        ("How many times is Kursk mentioned?", "Kursk"),
        ("how many times has kursk been mentioned", "kursk"),
        ("HOW MANY TIMES IS KURSK MENTIONED???", "KURSK"),
        ("how often  is\nLloyd  Austin mentioned ?", "Lloyd Austin"),
        ("how many times is the Kursk region mentioned?", "Kursk region"),
        ("how many times is The Times mentioned?", "The Times"),
        ('how many times is "Lloyd Austin" mentioned?', "Lloyd Austin"),
        ("how many times is “the front” mentioned?", "the front"),
        ("how many times is 'Kursk's front' mentioned?", "Kursk's front"),
        ("how many times is “who is it?” mentioned?", "who is it?"),
        ("how often does the name Austin appear?", "Austin"),
        ("how many times does Kursk appear?", "Kursk"),
        ("how often does “the comet” appear?", "the comet"),
        ("how often does the comet appear in these documents?", "comet"),
        ("how often is the word troops used?", "troops"),
        ("how many times does the text mention Austin?", "Austin"),
        ("how many times is Kursk mentioned in all the files in total?", "Kursk"),
        ("in the documents, how many times is Kursk mentioned?", "Kursk"),
        ("please tell me how many times Kursk is mentioned", "Kursk"),
        ("count the mentions of X", "X"),
        ("count how many times Kursk is mentioned.", "Kursk"),
        ("how many mentions of the U.S. are there?", "U.S."),
        ("how many mentions of “war in the north” are there?", "war in the north"),
        ("how often is Kursk mentioned, please?", "Kursk"),
        ("what is the number of references to Kursk?", "Kursk"),
        ("number of occurrences of “C++”", "C++"),
        ("how many times is Romeo and Juliet mentioned?", "Romeo and Juliet"),
        ("how many times is the man in the moon mentioned?", "man in the moon"),
        ("how many times is the WHO mentioned?", "WHO"),
        ("how many times is 🌊 mentioned?", "🌊"),
    ],
)
def test_a_question_about_mentions_names_the_phrase_to_count(question: str, of: str) -> None:
    assert count_question(question) == CountQuestion(of, "occurrences")


@pytest.mark.parametrize(
    ("question", "of", "document"),
    [
        ("How many times is Kursk mentioned in the field note?", "Kursk", "the field note"),
        ("how many times does Kursk appear in b/front.txt?", "Kursk", "b/front.txt"),
        ("how often is “the end” used within this report in total?", "the end", "this report"),
        ("how many times does the comet appear in “Sky watchers”?", "comet", "Sky watchers"),
        (
            "how many times is Kursk mentioned in the minutes of the meeting in the hall?",
            "Kursk",
            "the minutes of the meeting in the hall",
        ),
        ("how many times is Kursk mentioned in the file memo.txt, please?", "Kursk", "memo.txt"),
        ("how many times is Kursk mentioned in the memo.txt.", "Kursk", "memo.txt"),
        ("how many times is Kursk mentioned in “Notes from the front”?", "Kursk", "Notes from the front"),
        ('how many times is "war in the north" mentioned in my diary?', "war in the north", "my diary"),
        ("how many times is the man in the moon mentioned in memo.txt?", "man in the moon", "memo.txt"),
        ("how many mentions of Kursk in the field note, please?", "Kursk", "the field note"),
        ("how many mentions of Kursk are there in the field note?", "Kursk", "the field note"),
        ("how many times is Kursk mentioned in the minutes of May in Vellin?", "Kursk", "the minutes of May in Vellin"),
        ("how many times does the comet appear in the log of the observatory?", "comet", "the log of the observatory"),
    ],
)
def test_a_question_about_mentions_may_name_the_document(question: str, of: str, document: str) -> None:
    assert count_question(question) == CountQuestion(of, "occurrences", document)


@pytest.mark.parametrize(
    ("question", "of"),
    [
        ("how many documents mention Austin?", "Austin"),
        ("which documents mention the Pentagon?", "Pentagon"),
        ("Which of the documents mention “Kursk and Moscow”?", "Kursk and Moscow"),
        ("how many of my files refer to IT?", "IT"),
        ("in how many files does Kursk occur?", "Kursk"),
        ("in which documents is Austin mentioned?", "Austin"),
        ("how many documents is Austin mentioned in?", "Austin"),
        ("how many documents contain the word Austin?", "Austin"),
        ("list all documents that mention Kursk", "Kursk"),
        ("which documents mention “the man in the moon”?", "the man in the moon"),
        ("which papers mention quantum error correction?", "quantum error correction"),
    ],
)
def test_a_question_about_documents_counts_those_that_hold_the_phrase(question: str, of: str) -> None:
    assert count_question(question) == CountQuestion(of, "documents")


@pytest.mark.parametrize(
    "question",
    [
        "how many times can a Time Lord regenerate?",
        "how many times did he mention leaving?",
        "how many times is it mentioned?",
        "how many times was Austin mentioned in dispatches?",
        "how many times is Kursk mentioned by the Pentagon?",
        "how many mentions of Kursk in the title?",
        "how many mentions of Kursk in the title, please?",
        "how many instances of fraud are there in the audit report?",
        "how often is the pump used in the manual?",
        "count the references to the war in the north",
        "how many times is Kursk mentioned in the note versus the memo?",
        "how many times is Kursk mentioned in the note / the memo?",
        "how many times was Kursk mentioned in the news?",
        "which documents mention Kursk in the title?",
        "which documents mention the man in the moon?",
        "how many times is Kursk mentioned in the note and the memo?",
        "how many times is Kursk mentioned in the note, the memo?",
        "how many times does the comet appear in the sky?",
        "how many times are Kursk and Moscow mentioned?",
        'how many times is "Kursk" or "Moscow" mentioned?',
        'how many times is "" mentioned?',
        "how often does the bus run?",
        "how often does the comet appear?",
        "how often is the password used?",
        "how often did Beyoncé appear in court?",
        "how many documents must I sign?",
        "how many documents do not mention Kursk?",
        "how many documents mention Kursk or Moscow?",
        "how many documents mention Kursk more than once?",
        "how many documents contain errors?",
        "which document mentions Kursk most often?",
        "which documents mention who built the mill?",
        "which documents mention that the mill burnt down?",
        "which documents are needed for a passport?",
        "how many troops?",
        "who is mentioned?",
        "mentioned",
        "",
    ],
)
def test_a_question_that_only_begins_like_one_is_read(question: str) -> None:
    assert count_question(question) is None


@pytest.mark.parametrize(
    ("of", "text", "found"),
    [
        (
            "Kursk",
            "Kursk, KURSK and kursk’s. (Kursk) semi-Kursk Kursk¹ _Kursk_",
            ["Kursk", "KURSK", "kursk", "Kursk", "Kursk", "Kursk", "Kursk"],
        ),
        ("art", "A party of artists; the art, and ART.", ["art", "ART"]),
        (
            "Lloyd Austin",
            "Lloyd\r\n\tAustin, lloyd\u00a0austin, LloydAustin",
            ["Lloyd\r\n\tAustin", "lloyd\u00a0austin"],
        ),
        ("Kursk's  front", "Kursk's front, Kursk’s\nfront", ["Kursk's front", "Kursk’s\nfront"]),
        ("10", "10 of 10,000, 3.10 and 10.", ["10", "10"]),
        ("10,000", "10,000. 110,000", ["10,000"]),
        ("case", "snake_case, case_ and case", ["case", "case"]),
        ("C++", "C++, C++. (C) c++11", ["C++", "C++", "c++"]),
        (".", "a.b", ["."]),
        ("café", "CAFÉ, cafe\u0301, cafe", ["CAFÉ", "cafe\u0301"]),
        ("cafe", "café, cafe\u0301, cafe", ["cafe"]),
        ("क", "कि क", ["क"]),
        ("курск", "Курск, Курска", ["Курск"]),
        ("ha ha", "ha ha ha ha ha", ["ha ha", "ha ha"]),
        ("a a", "xa a a", ["a a"]),
        ("🌊", "👩‍👩‍👧 🌊🌊", ["🌊", "🌊"]),
    ],
)
def test_whole_words_are_found_whatever_their_case_and_white_space(of: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in occurrences(text, of)] == found


_TEXTS = st.text(st.sampled_from("aAbéÉe\u0301жЖ'’ \n\t\u00a0.,-"), max_size=30)


def folded(text: str) -> str:
    """Return what two writings of one phrase have in common, made otherwise than in the code."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("’", "'").split())


def is_whole(text: str, start: int, end: int) -> bool:
    inside = [at for at in (start, end) if 0 < at < len(text)]
    return not any(all(c.isalpha() or c == "\u0301" for c in text[at - 1 : at + 1]) for at in inside)


def naive(text: str, of: str) -> int:
    """Count by trying every slice."""
    total = start = 0
    while start < len(text):
        ends = (
            end
            for end in range(start + 1, len(text) + 1)
            if not text[start].isspace()
            and not text[end - 1].isspace()
            and folded(text[start:end]) == folded(of)
            and is_whole(text, start, end)
        )
        end = next(ends, None)
        total += end is not None
        start = end or start + 1
    return total


@given(_TEXTS, st.data())
def test_every_occurrence_is_the_phrase_and_none_is_missed(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 6)))
    of = data.draw(st.sampled_from([text[start:end], "a", "é", "e", "b's", "ж a"]))
    assume(of.strip())
    found = list(occurrences(text, of))
    assert [folded(text[s:e]) for s, e in found] == [folded(of)] * naive(text, of)
    assert all(is_whole(text, *span) for span in found)
    assert found == sorted(found) and all(e <= s for (_, e), (s, _) in zip(found, found[1:], strict=False))


def test_every_mention_is_listed_in_order_of_path_and_place(snapshot: Snapshot) -> None:
    found = counted(snapshot, "kursk")
    assert (found.value, found.of, found.unit, found.documents, found.next) == (5, "kursk", "occurrences", 3, None)
    second = "The Kursk region waits; KURSK’S roads are empty."
    assert places(found) == [
        ("a.md", "Kursk", "From Kursk"),
        ("b/front.txt", "Kursk", "Near Kursk it is quiet."),
        ("b/front.txt", "Kursk", second),
        ("b/front.txt", "KURSK", second),
        ("c.pdf", "Kursk", "Austin flew to Kursk."),
    ]


def test_a_mention_comes_with_its_place(snapshot: Snapshot) -> None:
    (found,) = counted(snapshot, "Moscow").occurrences
    assert found == Evidence(
        document=snapshot.document("a.md"),
        quote=Quote("Moscow", 76, 82, " in Kurskaya.\n\n- Lloyd Austin\n- ", "\n"),
        answer_start=76,
        answer_end=82,
        page=None,
        row=None,
        line=7,
        heading_path=("From Kursk",),
        score=1.0,
        attribution=None,
        dated=None,
    )
    assert [e.page for e in counted(snapshot, "flew").occurrences] == [2]


def test_a_phrase_is_found_over_a_line_end(snapshot: Snapshot) -> None:
    assert places(counted(snapshot, "Lloyd Austin")) == [
        ("a.md", "Lloyd\nAustin", "Lloyd\nAustin spoke."),
        ("a.md", "Lloyd Austin", "Lloyd Austin"),
    ]


def test_documents_are_counted_once_with_their_first_mention(snapshot: Snapshot) -> None:
    found = counted(snapshot, "Austin", "documents")
    assert (found.value, found.documents, found.next) == (2, 2, None)
    assert places(found) == [
        ("a.md", "Austin", "Lloyd\nAustin spoke."),
        ("c.pdf", "Austin", "Austin flew to Kursk."),
    ]


@pytest.mark.parametrize("unit", ["occurrences", "documents"])
def test_no_mention_is_a_count_too(snapshot: Snapshot, unit: CountUnit) -> None:
    assert counted(snapshot, "Austria", unit) == Count(0, "Austria", unit, 0, (), None)


@pytest.mark.parametrize(
    ("documents", "paths"), [(("b/*",), ["b/front.txt"] * 3), (("c.pdf", "d.txt"), ["c.pdf"]), (("d.txt",), [])]
)
def test_only_the_documents_asked_are_counted(snapshot: Snapshot, documents: tuple[str, ...], paths: list[str]) -> None:
    found = counted(snapshot, "Kursk", documents=documents)
    assert (found.value, [e.document.path for e in found.occurrences]) == (len(paths), paths)


def test_without_any_document_there_is_no_count(snapshot: Snapshot) -> None:
    assert count(snapshot, CountQuestion("Kursk", "occurrences"), ("*.docx",), None) is None


def test_of_a_very_long_sentence_the_clauses_about_the_mention_are_quoted(store: SnapshotStore, seeds: Path) -> None:
    clauses = ", ".join(f"article {n} of the treaty was read aloud in the hall" for n in range(14))
    write(seeds, {"long.txt": f"There {clauses}, and Austin signed it.\n"})
    build(store)
    (found,) = counted(store.current(), "Austin").occurrences
    assert len(found.quote.text) <= 300
    assert found.quote.text.endswith("article 13 of the treaty was read aloud in the hall, and Austin signed it.")


def test_a_phrase_over_two_sentences_is_quoted_with_both(store: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"a.txt": "It was seen by Lloyd.\nAustin was not there.\nNobody was.\n"})
    build(store)
    ((_, words, quote),) = places(counted(store.current(), "Lloyd. Austin"))
    assert (words, quote) == ("Lloyd.\nAustin", "It was seen by Lloyd.\nAustin was not there.")


def test_what_stands_outside_every_sentence_is_quoted_by_itself(snapshot: Snapshot) -> None:
    assert places(counted(snapshot, "#")) == [("a.md", "#", "#")]


@pytest.fixture
def many(store: SnapshotStore, seeds: Path) -> Snapshot:
    """70 mentions of Kursk in 7 documents, and 50 of Moscow in the last 5."""
    for n in range(7):
        moscow = "Moscow is far.\n" * 10 if n >= 2 else ""
        write(seeds, {f"{n}.txt": "Kursk is near.\n" * 10 + moscow})
    build(store)
    return store.current()


def test_a_long_list_comes_in_pages_that_skip_and_repeat_nothing(many: Snapshot) -> None:
    first = counted(many, "Kursk")
    second = counted(many, "Kursk", cursor=first.next)
    assert (first.value, second.value, first.documents, second.documents) == (70, 70, 7, 7)
    assert (len(first.occurrences), len(second.occurrences), second.next) == (PAGE, 20, None)
    listed = [(e.document.path, e.answer_start) for e in first.occurrences + second.occurrences]
    assert listed == [(f"{n}.txt", 15 * line) for n in range(7) for line in range(10)]


def test_the_last_full_page_has_no_next(many: Snapshot) -> None:
    found = counted(many, "Moscow")
    assert (found.value, len(found.occurrences), found.next) == (PAGE, PAGE, None)


@pytest.mark.parametrize(
    ("of", "unit", "documents"),
    [("near", "occurrences", None), ("Kursk", "documents", None), ("Kursk", "occurrences", ("*.txt",))],
)
def test_a_cursor_continues_no_other_count(
    many: Snapshot, of: str, unit: CountUnit, documents: tuple[str, ...] | None
) -> None:
    cursor = counted(many, "Kursk").next
    with pytest.raises(BadCursor, match="the cursor continues another count"):
        counted(many, of, unit, documents, cursor)


@pytest.mark.parametrize("cursor", ["", "50", "50.", ".", "-1.0", "x" * 10_000, "9" * 5000 + ".0", "٥٠.0", "\udc00"])
def test_what_is_no_cursor_is_refused(many: Snapshot, cursor: str) -> None:
    with pytest.raises(BadCursor, match="ask again without a cursor"):
        counted(many, "Kursk", cursor=cursor)


def test_a_cursor_ends_with_its_snapshot_and_survives_a_build_that_changes_nothing(
    many: Snapshot, store: SnapshotStore, seeds: Path
) -> None:
    cursor = counted(many, "Kursk").next
    build(store)
    assert len(counted(store.current(), "Kursk", cursor=cursor).occurrences) == 20
    write(seeds, {"0.txt": "Kursk was near.\n"})
    build(store)
    with pytest.raises(BadCursor, match="or the documents have changed"):
        counted(store.current(), "Kursk", cursor=cursor)


@pytest.fixture
def answerer(snapshot: Snapshot, store: SnapshotStore) -> Answerer:
    return Answerer(store, ScriptedReader({"Kursk": 0.9}), AS_READ, floor=0.3)


def test_a_count_is_the_whole_reply(answerer: Answerer, snapshot: Snapshot) -> None:
    passages, reply = answerer.steps(Question("how many times is Kursk mentioned?", limit=1))
    assert isinstance(reply, Reply)
    assert (reply.status, reply.answer, reply.answers, reply.confidence) == ("counted", None, (), 1.0)
    assert (passages, reply.passages) == ((), ())
    assert reply.count == counted(snapshot, "Kursk")
    assert reply.index_version == snapshot.version
    assert reply.timings.total == reply.timings.retrieve + reply.timings.read > 0


def test_a_count_over_no_documents_says_so(answerer: Answerer) -> None:
    reply = answerer.ask(Question("how many times is Kursk mentioned?", documents=("*.docx",)))
    assert (reply.status, reply.count, reply.confidence) == ("no_documents", None, 0.0)


def test_what_was_read_has_no_count_and_no_pages(answerer: Answerer) -> None:
    assert answerer.ask(Question("what is near?")).count is None
    with pytest.raises(BadCursor, match="only counts come in pages"):
        answerer.ask(Question("what is near?", cursor="50.0"))


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ("b/front.txt", "b/front.txt"),
        ("FRONT.TXT", "b/front.txt"),
        ("the file front.txt", "b/front.txt"),
        ("“Front”", "b/front.txt"),
        ("the text from Kursk", "a.md"),
        ("the minutes", "minutes.txt"),
        ("the field note", "bog-field-note-2.txt"),
        ("the diary of Ada", "ada.md"),
        ("the harbour report", "harbour.md"),
        ("the report of 2023", "harbour-2023.md"),
    ],
)
def test_only_the_document_that_a_question_names_is_counted(
    store: SnapshotStore, seeds: Path, answerer: Answerer, document: str, path: str
) -> None:
    write(seeds, NAMED)
    build(store)
    reply = answerer.ask(Question(f"how many times is Kursk mentioned in {document}?"))
    assert reply.count is not None
    assert {e.document.path for e in reply.count.occurrences} == {path}


@pytest.mark.parametrize(
    "document",
    [
        "the title",
        "the report",
        "nowhere.txt",
        "memo.txt",
        "the letter from Ada Quill",
        "the inspection report",
        "the last report",
        "the fee note",
    ],
)
def test_a_count_in_what_no_document_or_more_than_one_is_called_is_read(
    store: SnapshotStore, seeds: Path, answerer: Answerer, document: str
) -> None:
    write(seeds, NAMED)
    build(store)
    assert answerer.ask(Question(f"how many times is Kursk mentioned in {document}?")).count is None


@pytest.mark.parametrize(
    ("question", "asked", "expected"),
    [
        ("and Anna?", "how many times is Clara mentioned?", "how many times is Anna mentioned?"),
        ('what about "the dam"?', 'how often is "Kursk" mentioned?', 'how often is "the dam" mentioned?'),
        ("and Vellin?", "which documents mention Hull?", "which documents mention Vellin?"),
        (
            "and in the harbour report?",
            "how many times is Clara mentioned?",
            "how many times is Clara mentioned in the harbour report?",
        ),
        (
            "what about in memo.txt?",
            "how many times is Clara mentioned in the harbour report?",
            "how many times is Clara mentioned in memo.txt?",
        ),
        (
            "and Anna?",
            "how many times is Clara mentioned in the harbour report?",
            "how many times is Anna mentioned in the harbour report?",
        ),
        (
            "and the field note?",
            "how many times is Clara mentioned in the harbour report?",
            "how many times is Clara mentioned in the field note?",
        ),
        ("and in memo.txt?", "how many times is Clara mentioned?", "how many times is Clara mentioned in memo.txt?"),
        ("and the U.S.?", "how many times is Clara mentioned?", "how many times is the U.S mentioned?"),
        ("and As You Like It?", "how many times is Clara mentioned?", "how many times is As You Like It mentioned?"),
        (
            "and “as you like it”?",
            "how many times is Clara mentioned?",
            "how many times is “as you like it” mentioned?",
        ),
        (
            'what about "in the red"?',
            "how many times is “Clara” mentioned in memo.txt?",
            'how many times is "in the red" mentioned in memo.txt?',
        ),
        ("and ?", "how many times is Clara mentioned?", None),
        (
            "and across all documents?",
            "how many times is Clara mentioned in memo.txt?",
            "how many times is Clara mentioned across all documents?",
        ),
        (
            "and Anna in memo.txt?",
            "how many times is Clara mentioned in the harbour report?",
            "how many times is Anna mentioned in memo.txt?",
        ),
        ("and of Anna?", "how many times is Clara mentioned?", None),
        ("and in summer?", "how many times is Clara mentioned?", None),
        ("and in the harbour report?", "which documents mention Clara?", None),
        ("and when was it built?", "how many times is Clara mentioned?", None),
        ("and Anna?", "how many troops are there?", None),
    ],
)
def test_what_is_added_to_a_count_is_counted_in_its_place(question: str, asked: str, expected: str | None) -> None:
    assert counted_again(question, asked) == expected
