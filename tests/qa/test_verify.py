import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from index.build import build
from index.documents import document_id
from index.store import SnapshotStore
from qa.differences import Difference
from qa.verify import MOST_MATCHES, Match, Verification, verify
from qa.wording import fold
from tests.builders import Shelf, WordEncoder, pdf, write
from tests.strategies import texts_with_words

FILES: dict[str, str | bytes] = {
    "bridge.md": "# The bridge\n\n## Safety\n\nThe bridge is not safe for lorries,\nsaid “the mayor’s men” in May.\n",
    "news/troops.txt": "First.\n\nOfficials fear that up to 10,000 troops may be sent to the front line.\n",
    "news/again.txt": "Once more: up to 10,000 troops may be sent to the front.\n",
    "book.pdf": pdf(["A first page.", "The old mill was built by hand in 1894."]),
}
SHELF = Shelf(FILES)


def places(verification: Verification) -> list[tuple[str, str]]:
    return [(match.evidence.document.path, match.evidence.quote.text) for match in verification.matches]


def are_slices(verification: Verification) -> bool:
    return all(_is_slice(match) for match in verification.matches)


def _is_slice(match: Match) -> bool:
    quote, text = match.evidence.quote, match.evidence.document.text
    return (
        text[quote.start : quote.end] == quote.text == quote.text.strip() != ""
        and (match.evidence.answer_start, match.evidence.answer_end) == (quote.start, quote.end)
        and all(text[d.start : d.end] == d.found for d in match.differences)
        and all(quote.start <= d.start <= d.end <= quote.end for d in match.differences)
    )


def test_a_snapshot_is_looked_through(seeds: Path, data: Path) -> None:
    write(seeds, FILES)
    store = SnapshotStore(data, seeds, WordEncoder())
    build(store)
    for claim in ("up to 10,000 troops", "up to 11,000 troops may be sent", "The mill was sold to a baker."):
        assert verify(store.current(), claim, ["news/*"]).status == verify(SHELF, claim, ["news/*"]).status
        assert places(verify(store.current(), claim)) == places(verify(SHELF, claim))


def test_a_verbatim_quote_is_found_with_its_place() -> None:
    verification = verify(SHELF, "The bridge is not safe for lorries")
    (match,) = verification.matches
    evidence = match.evidence
    assert (verification.status, verification.documents) == ("verbatim", 4)
    assert (evidence.document.path, evidence.quote.text) == ("bridge.md", "The bridge is not safe for lorries")
    assert (evidence.quote.start, evidence.quote.end) == (25, 59)
    assert (evidence.answer_start, evidence.answer_end) == (25, 59)
    assert (evidence.page, evidence.line, evidence.heading_path) == (None, 5, ("The bridge", "Safety"))
    assert (evidence.score, match.differences, match.whole_words) == (1.0, (), True)


def test_a_quote_from_a_pdf_names_its_page() -> None:
    (match,) = verify(SHELF, "The old mill was built by hand in 1894.").matches
    assert (match.evidence.document.path, match.evidence.page) == ("book.pdf", 2)


def test_line_breaks_and_the_form_of_quotation_marks_make_no_difference() -> None:
    verification = verify(SHELF, '  lorries, \t said "the mayor\'s\nmen" ')
    assert verification.status == "verbatim"
    assert places(verification) == [("bridge.md", "lorries,\nsaid “the mayor’s men”")]


@pytest.mark.parametrize(
    "claim", ["the bridge is not safe for lorries", "The bridge is not safe for lorries.", "The bridge … for lorries"]
)
def test_other_characters_are_not_verbatim(claim: str) -> None:
    assert verify(SHELF, claim).status != "verbatim"


def test_a_changed_number_is_near_and_named() -> None:
    verification = verify(SHELF, "Officials fear that up to 13,000 troops may be sent to the front line.")
    (match,) = verification.matches
    assert verification.status == "near"
    assert places(verification) == [
        ("news/troops.txt", "Officials fear that up to 10,000 troops may be sent to the front line.")
    ]
    assert match.differences == (Difference("number", "13,000", "10,000", 34, 40),)
    assert match.evidence.document.text[34:40] == "10,000"
    assert match.evidence.score == 1 - 1 / 70
    assert match.whole_words


def test_a_dropped_negation_is_near_and_named() -> None:
    verification = verify(SHELF, "The bridge is safe for lorries, said the mayor's men")
    assert verification.status == "near"
    (match,) = verification.matches
    assert [(d.kind, d.claimed, d.found) for d in match.differences] == [
        ("negation", "", "not"),
        ("words", "", "“"),
    ]


def test_more_than_15_per_cent_of_edits_are_absent_even_if_one_word_was_dropped() -> None:
    assert verify(SHELF, "bridge is safe for lorries, said").status == "near"  # 4 of 32
    assert verify(SHELF, "bridge is safe for lorries") == Verification("absent", 4, ())  # 4 of 26


@pytest.mark.parametrize(("length", "status"), [(20, "near"), (19, "absent")])
def test_the_border_is_15_per_cent_of_the_claim(length: int, status: str) -> None:
    shelf = Shelf({"a.txt": "abcdefghijklmnopqrstuvwxyz\n"})
    claim = "ABC" + "abcdefghijklmnopqrstuvwxyz"[3:length]
    assert verify(shelf, claim).status == status


def test_a_quote_that_no_document_has_is_absent() -> None:
    assert verify(SHELF, "The mill was sold to a baker from the town.") == Verification("absent", 4, ())


def test_a_short_quote_is_verbatim_or_absent() -> None:
    shelf = Shelf({"a.txt": "The mill turns.\n"})
    assert verify(shelf, "mill").status == "verbatim"
    assert verify(shelf, "mill tums.").status == "absent"
    assert verify(shelf, "The mill turms").status == "near"


def test_part_of_a_word_or_number_is_verbatim_but_not_whole_words() -> None:
    shelf = Shelf({"a.txt": "He can't pay 13,000 men, nor 13.\n"})
    assert [match.whole_words for match in verify(shelf, "13").matches] == [True, False]
    assert [match.evidence.quote.start for match in verify(shelf, "13").matches] == [29, 13]
    (match,) = verify(shelf, "He can").matches
    assert (match.evidence.quote.text, match.whole_words) == ("He can", False)


def test_verbatim_matches_go_by_path_and_offset() -> None:
    shelf = Shelf({"b.txt": "So it is. So it is.\n", "a.txt": "So\nit is.\n", "A.txt": "Not so it is.\n"})
    verification = verify(shelf, "So it is.")
    assert [(m.evidence.document.path, m.evidence.quote.start) for m in verification.matches] == [
        ("a.txt", 0),
        ("b.txt", 0),
        ("b.txt", 10),
    ]


def test_near_matches_go_by_edits_then_path() -> None:
    line = "The lighthouse at the cape has {} steps in all."
    shelf = Shelf({"a.txt": line.format("205"), "b.txt": line.format("210"), "c.txt": line.format("211")})
    assert [(m.evidence.document.path, m.evidence.score) for m in verify(shelf, line.format("212")).matches] == [
        ("b.txt", 1 - 1 / 48),
        ("c.txt", 1 - 1 / 48),
        ("a.txt", 1 - 2 / 48),
    ]


def test_a_verbatim_match_leaves_no_near_ones() -> None:
    line = "The lighthouse at the cape has {} steps in all."
    shelf = Shelf({"a.txt": line.format("205"), "b.txt": line.format("210")})
    assert places(verify(shelf, line.format("210"))) == [("b.txt", line.format("210"))]


def test_no_more_matches_are_shown_than_the_cap_and_those_are_the_best() -> None:
    rows = "".join(f"{number} rows of the long list of things\n" for number in range(100, 200))
    shelf = Shelf({"a.txt": rows, "b.txt": "955 rows of the long list of things\n", "c.txt": rows})
    verbatim = verify(shelf, "of the long list of things").matches
    assert [(m.evidence.document.path, m.evidence.line) for m in verbatim] == [
        ("a.txt", line) for line in range(1, MOST_MATCHES + 1)
    ]
    # One edit: 955 and, in both long documents, 155; two: the other rows with a 5 in the right place.
    near = verify(shelf, "x55 rows of the long list of things").matches
    assert [(m.evidence.document.path, m.evidence.line) for m in near] == [
        ("a.txt", 56),
        ("b.txt", 1),
        ("c.txt", 56),
        *(("a.txt", line) for line in [6, 16, 26, 36, 46, *range(51, 56), *range(57, 61), 66, 76, 86]),
    ]


def test_a_quote_can_be_looked_for_in_some_documents() -> None:
    claim = "up to 10,000 troops may be sent to the front"
    assert [path for path, _ in places(verify(SHELF, claim))] == ["news/again.txt", "news/troops.txt"]
    assert [path for path, _ in places(verify(SHELF, claim, ["*/troops*"]))] == ["news/troops.txt"]
    by_id = verify(SHELF, claim, [document_id("news/again.txt"), "bridge.md"])
    assert ([path for path, _ in places(by_id)], by_id.documents) == (["news/again.txt"], 2)
    assert verify(SHELF, claim, ["*.docx"]) == Verification("absent", 0, ())


def test_an_index_without_documents_has_nothing() -> None:
    assert verify(Shelf({}), "Anything at all, really.") == Verification("absent", 0, ())


def test_a_match_in_a_long_document_is_found_at_its_place() -> None:
    filler = "There is nothing of note to be said of the weather on that day, nor of the next. " * 3000
    sentence = "Captain Oakes wrote in the log that 47 barrels were lost in the storm."
    shelf = Shelf({"long.txt": f"{filler}\n\n{sentence}\n\n{filler}"})
    verification = verify(shelf, sentence.replace("47", "74").replace("in the log ", "in a log "))
    (match,) = verification.matches
    assert (verification.status, match.evidence.quote.text) == ("near", sentence)
    assert match.evidence.quote.start == len(filler) + 2
    assert [(d.kind, d.claimed, d.found) for d in match.differences] == [("number", "74", "47"), ("words", "a", "the")]


@given(texts_with_words, st.data())
@example("👩‍👩‍👧 “was” seen. \r\nThe 🌊 rose by 12\u00a0\u00a0metres 👍🏽 in ‘May’ 1911.", None)
def test_any_slice_with_its_white_space_and_quotation_marks_changed_is_verbatim(
    text: str, data: st.DataObject | None
) -> None:
    shelf = Shelf({"a.txt": text, "b.txt": "Other words."})
    whole = shelf.text(document_id("a.txt"))
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2))) if data else (2, len(whole))
    slice_ = whole[start:end]
    assume(slice_.strip())
    verification = verify(shelf, altered(slice_, data))
    assert verification.status == "verbatim"
    assert are_slices(verification)
    assert {fold(match.evidence.quote.text) for match in verification.matches} == {fold(slice_)}
    starts = [match.evidence.quote.start for match in verification.matches]
    assert start + len(slice_) - len(slice_.lstrip()) in starts or len(starts) == MOST_MATCHES


def altered(text: str, data: st.DataObject | None) -> str:
    def white_space(match: re.Match[str]) -> str:
        return data.draw(st.text(" \n\t\u00a0\r", min_size=1, max_size=3)) if data else "\n "

    def mark(match: re.Match[str]) -> str:
        kind = "'‘’‚‛" if match.group() in "'‘’‚‛" else '"“”„‟'
        return data.draw(st.sampled_from(kind)) if data else kind[0]

    return re.sub(r"\s+", white_space, re.sub("['‘’‚‛\"“”„‟]", mark, text))


_words = st.sampled_from(
    "the a bridge mill was is not never of 13,000 10 (1894) safe, built. “old” mayor’s\noffice\n\nin by".split(" ")
)


@given(st.lists(_words, min_size=8, max_size=50).map(" ".join), st.data())
def test_any_slice_with_at_most_15_per_cent_of_edits_is_verbatim_or_near(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 12))
    original = fold(text[start : data.draw(st.integers(start + 12, len(text)))])
    claim = original
    for _ in range(data.draw(st.integers(0, len(original) * 15 // 100))):
        at = data.draw(st.integers(0, len(claim)))
        claim = claim[:at] + data.draw(st.text("ae7 ,", max_size=1)) + claim[at + data.draw(st.integers(0, 1)) :]
    claim = fold(claim)
    assume(len(claim) >= 12 and 100 * Levenshtein.distance(claim, original) <= 15 * len(claim))
    verification = verify(Shelf({"a.txt": text}), claim)
    assert verification.status in ("verbatim", "near")
    assert are_slices(verification)
    for match in verification.matches:
        edits = Levenshtein.distance(claim, fold(match.evidence.quote.text))
        assert 100 * edits <= 15 * len(claim)
        assert match.evidence.score == 1 - edits / len(claim)
        assert bool(match.differences) == bool(edits)
