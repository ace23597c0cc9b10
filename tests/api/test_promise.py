"""The promise, for any text: every quote that ever leaves is a slice of the document that it names."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.schemas import EvidenceOut, ReplyOut
from api.service import Service, assemble
from api.settings import Settings
from index.build import build
from qa.answerer import Question
from qa.verify import verify
from tests.builders import WordEncoder, write
from tests.strategies import texts_with_words

_EMOJI = (
    "👩‍👩‍👧 was seen. \r\nThe 🌊 rose by 12 metres 👍🏽 in May 1911.\r\n\fJosé saw e\u0301 12 of them. שלום 12 עולם.\n"
)

questions = st.one_of(
    st.sampled_from(
        [
            "how many metres?",
            "how many times is 12 mentioned?",
            "when?",
            "who saw them?",
            "where is it?",
            "why?",
            "how many 👩‍👩‍👧?",
            "12",
        ]
    ),
    texts_with_words.map(lambda text: text[:80]).filter(str.strip),
)


def indexed(folder: Path, name: str, text: str) -> Service:
    seeds = folder / "seeds"
    write(seeds, {name: text, "other.txt": "Nobody said how many metres there are, or when.\n"})
    service = assemble(Settings(seeds=seeds, data=folder / "data", floor=0), WordEncoder())
    build(service.store)
    return service


@settings(max_examples=60, deadline=None)
@given(texts_with_words, questions, st.sampled_from(["a.txt", "a.md"]))
@example(_EMOJI, "how many metres?", "a.txt")
@example(_EMOJI, "who saw them?", "a.md")
@example(_EMOJI, "how many times is José mentioned?", "a.txt")
@example(_EMOJI, "which documents mention the עולם?", "a.md")
def test_every_quote_is_a_slice_with_its_true_surroundings(text: str, question: str, name: str) -> None:
    with TemporaryDirectory() as folder:
        service = indexed(Path(folder), name, text)
        reply = ReplyOut.of(service.answerer.ask(Question(question)))
        snapshot = service.store.current()
        for passage in reply.passages:
            assert snapshot.document(passage.document_id).text[passage.start : passage.end] == passage.text != ""
        for answer in reply.answers:
            assert answer.text == answer.evidence[0].quote[slice(*_answer_in_quote(answer.evidence[0]))]
        counted = reply.count.occurrences if reply.count else []
        for evidence in [*(e for answer in reply.answers for e in answer.evidence), *counted]:
            whole = snapshot.document(evidence.document_id).text
            assert whole[evidence.start : evidence.end] == evidence.quote
            assert evidence.start <= evidence.answer_start < evidence.answer_end <= evidence.end
            assert verify(snapshot, evidence.quote).status == "verbatim"
            assert whole[: evidence.start][-32:] == evidence.prefix
            assert whole[evidence.end :][:32] == evidence.suffix


def _answer_in_quote(evidence: EvidenceOut) -> tuple[int, int]:
    return evidence.answer_start - evidence.start, evidence.answer_end - evidence.start


def test_the_examples_above_do_find_answers() -> None:
    with TemporaryDirectory() as folder:
        service = indexed(Path(folder), "a.txt", _EMOJI)
        reply = service.answerer.ask(Question("how many metres?", documents=("a.txt",)))
        assert "12 metres" in [answer.text for answer in reply.answers] or "12" in [a.text for a in reply.answers]
        assert {e.document.path for a in reply.answers for e in a.evidence} == {"a.txt"}
