import random
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.span_reader import LONGEST_INPUT
from qa.training.batches import BATCH_TOKENS, Batch, Readings, schedule
from qa.training.corpora import Source
from qa.training.recipe import Round, Share
from tests.qa.training.makers import CLS, FIRST_WORD, SEP, paragraph, word_tokenizer

WORDS = "who built it ? Kariba dam the Ada Quill did"
WHO, BUILT, IT, MARK, KARIBA, DAM, THE, ADA, QUILL, DID = range(FIRST_WORD, FIRST_WORD + 10)
NUMBERED = " ".join(f"w{n}" for n in range(1000))
ANY = random.Random(0)
MIX = {
    "squad": Share(4.0, 0.6, 0.15),
    "natural_questions": Share(3.0, 0.5, 0.05),
    "reddit": Share(2.5, 0.15, 0.05),
    "qamr": Share(1.0, 0.0, 0.0, until=0.6, joined=0.5),
}


@pytest.fixture
def readings() -> Readings:
    return Readings(word_tokenizer(WORDS))


def numbered() -> Readings:
    """Return what makes readings of texts of the words w0, w1, ...; the id of a word is its number and 4."""
    return Readings(word_tokenizer(NUMBERED))


def source(name: str, texts: int = 6) -> Source:
    """Return a source of paragraphs of one question each, of growing length."""
    paragraphs = [
        paragraph(
            f"the Kariba dam {n} was built by Ada Quill{n} and it rained" + " a lot" * 5 * n,
            {f"who built the dam of {n} Kariba ?": [f"Ada Quill{n}"]},
            title=f"dam {n}",
        )
        for n in range(texts)
    ]
    return Source(name, paragraphs, [])


def scheduled(sources: list[Source], readings: Readings, seed: int = 1, scale: float = 1.0) -> list[Batch]:
    return schedule(sources, readings, Round(seed, 1e-4, MIX), scale)


def rows(batches: list[Batch]) -> int:
    return sum(len(batch.input_ids) for batch in batches)


def questions(batches: list[Batch]) -> int:
    return sum(int(batch.groups[-1]) + 1 for batch in batches)


def assert_same(these: list[Batch], those: list[Batch]) -> None:
    assert len(these) == len(those)
    for one, other in zip(these, those, strict=True):
        for field in fields(Batch):
            np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def test_a_reading_is_question_title_and_passage_with_the_tokens_of_the_answer(readings: Readings) -> None:
    read = readings.make("who built it ?", "Kariba", "Ada Quill did it", ((0, 9), (4, 9)), ANY)
    assert read.token_ids == [CLS, WHO, BUILT, IT, MARK, SEP, KARIBA, SEP, ADA, QUILL, DID, IT, SEP]
    assert (read.question_length, read.passage_start) == (6, 8)
    assert read.spans == [(8, 9), (9, 9)]


def test_without_a_title_the_passage_follows_the_question(readings: Readings) -> None:
    read = readings.make("who ?", "", "Ada did it", ((0, 3),), ANY)
    assert read.token_ids == [CLS, WHO, MARK, SEP, ADA, DID, IT, SEP]
    assert (read.question_length, read.passage_start, read.spans) == (4, 4, [(4, 4)])


def test_part_of_a_word_is_answered_by_the_word_and_a_space_by_nothing(readings: Readings) -> None:
    assert readings.make("who ?", "", "Ada Quill did", ((5, 7), (3, 4)), ANY).spans == [(5, 5)]


def test_a_question_and_a_title_that_are_too_long_are_cut() -> None:
    read = numbered().make(" ".join(["w1"] * 100), " ".join(["w2"] * 50), "w3", ((0, 2),), ANY)
    assert read.token_ids == [CLS, *[5] * 64, SEP, *[6] * 24, SEP, 7, SEP]
    assert (read.question_length, read.passage_start, read.spans) == (66, 91, [(91, 91)])


@given(st.integers(0, 999), st.integers(0, 40), st.integers(400, 1000), st.integers(0, 99))
def test_a_passage_longer_than_the_longest_input_keeps_its_answer_in_the_window(
    first: int, more: int, length: int, seed: int
) -> None:
    text = " ".join(f"w{n}" for n in range(length))
    first = min(first, length - 1)
    last = min(first + more, length - 1)
    answer = " ".join(f"w{n}" for n in range(first, last + 1))
    start = len(" ".join(f"w{n}" for n in range(first))) + (first > 0)
    read = numbered().make("w0 w1", "w2", text, ((start, start + len(answer)),), random.Random(seed))
    ((begin, end),) = read.spans
    assert len(read.token_ids) == LONGEST_INPUT
    assert read.token_ids[begin : end + 1] == [FIRST_WORD + n for n in range(first, last + 1)]
    window = read.token_ids[read.passage_start : -1]
    assert window == list(range(window[0], window[0] + len(window)))
    assert (read.passage_start, read.token_ids[-1]) == (6, SEP)


def test_the_window_of_a_long_passage_lies_anywhere_around_the_answer() -> None:
    text = " ".join(f"w{n}" for n in range(1000))
    place = text.index("w500")
    made = [numbered().make("w0", "", text, ((place, place + 4),), random.Random(seed)) for seed in range(60)]
    opens = {read.token_ids[read.passage_start] - FIRST_WORD for read in made}
    room = LONGEST_INPUT - 4
    assert 500 - room < min(opens) < 250 and 350 < max(opens) <= 500


def test_an_answer_outside_the_window_around_the_first_is_left_out() -> None:
    text = " ".join(f"w{n}" for n in range(1000))
    far, near = text.index("w900"), text.index("w1 ")
    read = numbered().make("w0", "", text, ((near, near + 2), (far, far + 4)), ANY)
    ((begin, end),) = read.spans
    assert read.token_ids[begin : end + 1] == [FIRST_WORD + 1]


def test_an_answer_longer_than_any_window_is_left_out() -> None:
    text = " ".join(f"w{n}" for n in range(1000))
    read = numbered().make("w0", "", text, ((0, len(text)),), ANY)
    assert (len(read.token_ids), read.spans) == (LONGEST_INPUT, [])


def test_a_wrong_passage_that_is_too_long_is_cut_from_its_middle() -> None:
    read = numbered().make("w0", "", " ".join(f"w{n}" for n in range(1000)), (), ANY)
    window = [token - FIRST_WORD for token in read.token_ids[read.passage_start : -1]]
    assert len(window) == LONGEST_INPUT - 4 and 500 in window


def test_a_batch_holds_what_the_network_takes_and_what_it_should_say() -> None:
    asked = paragraph("Ada Quill did it", {"who ?": ["Ada Quill"]})
    (batch,) = scheduled([Source("qamr", [asked] * 3, [])], Readings(word_tokenizer(WORDS)))
    longest = max(int(row.sum()) for row in batch.attention_mask)
    assert batch.input_ids.shape == (3, 32) and longest <= 32
    for row in range(3):
        ids = batch.input_ids[row]
        length = int(batch.attention_mask[row].sum())
        head = int((batch.token_type_ids[row] == 0).argmin())
        assert ids[:head].tolist() in ([CLS, WHO, MARK, SEP], [CLS, WHO, SEP])
        assert (ids[length - 1], ids[length:].tolist()) == (SEP, [0] * (32 - length))
        assert batch.attention_mask[row].tolist() == [1] * length + [0] * (32 - length)
        assert batch.token_type_ids[row].tolist() == [0] * head + [1] * (length - head) + [0] * (32 - length)
        assert batch.allowed[row].tolist() == [False] * head + [True] * (length - 1 - head) + [False] * (33 - length)
        (start,), (end,) = batch.targets[row, :, 0].nonzero()[0], batch.targets[row, :, 1].nonzero()[0]
        assert ids[start : end + 1].tolist() == [ADA, QUILL]
        assert (batch.targets[row, start, 0], batch.targets[row, end, 1]) == (1.0, 1.0)
    assert sorted(batch.groups.tolist()) == [0, 1, 2]


def test_annotators_who_differ_share_the_target() -> None:
    asked = paragraph("Ada Quill did it", {"who ?": ["Ada", "Ada Quill", "Quill", "Ada Quill"]})
    batches = scheduled([Source("squad", [asked], [])], Readings(word_tokenizer(WORDS)), scale=0.25)
    (targets,) = [batch.targets[0] for batch in batches]
    ada = int(targets[:, 0].argmax())
    assert targets[ada : ada + 2].tolist() == [[0.75, 0.25], [0.25, 0.75]]
    assert targets.sum(axis=0).tolist() == [1.0, 1.0]


def test_titles_never_become_part_of_the_allowed_answer_tokens() -> None:
    asked = paragraph("Ada Quill did it", {"who ?": ["Ada Quill"]}, title="Kariba dam")
    batches = scheduled([Source("squad", [asked] * 30, [])], Readings(word_tokenizer(WORDS)))
    titled = np.concatenate([batch.input_ids[(batch.input_ids == KARIBA).any(axis=1)] for batch in batches])
    untitled = rows(batches) - len(titled)
    allowed = {tuple(ids[mask].tolist()) for b in batches for ids, mask in zip(b.input_ids, b.allowed, strict=True)}
    assert allowed == {(ADA, QUILL, DID, IT)}
    assert len(titled) > 0 and untitled > 0


@pytest.mark.parametrize("name", sorted(MIX))
def test_every_token_with_a_target_is_allowed_and_every_allowed_token_is_of_the_passage(name: str) -> None:
    for batch in scheduled([source(name, 12)], Readings(word_tokenizer(WORDS)), seed=3):
        assert not (batch.targets.any(axis=2) & ~batch.allowed).any()
        assert not (batch.allowed & ((batch.attention_mask == 0) | (batch.token_type_ids == 0))).any()
        assert not (batch.allowed & (batch.input_ids == SEP)).any()
        assert set(batch.targets.sum(axis=1).ravel().tolist()) <= {0.0, 1.0}


def test_the_batches_of_a_schedule_are_the_same_for_the_same_seed() -> None:
    def made(seed: int) -> list[Batch]:
        return scheduled([source(name) for name in MIX], Readings(word_tokenizer(WORDS)), seed)

    assert_same(made(5), made(5))
    with pytest.raises(AssertionError):
        assert_same(made(5), made(6))


def test_each_question_is_shown_as_often_as_the_mix_says() -> None:
    everything = scheduled([source("qamr", 10)], Readings(word_tokenizer(WORDS)))
    assert (questions(everything), rows(everything)) == (10, 10)
    half = scheduled([source("qamr", 10)], Readings(word_tokenizer(WORDS)), scale=0.5)
    assert (questions(half), rows(half)) == (5, 5)
    twice_and_a_half = scheduled([source("qamr", 10)], Readings(word_tokenizer(WORDS)), scale=2.5)
    assert (questions(twice_and_a_half), rows(twice_and_a_half)) == (25, 25)


def test_beside_a_right_passage_stands_at_times_a_wrong_one_of_the_same_question() -> None:
    batches = scheduled([source("squad", 20)], Readings(word_tokenizer(WORDS)))
    pairs = 0
    for batch in batches:
        for number in range(int(batch.groups[-1]) + 1):
            (members,) = (batch.groups == number).nonzero()
            asked = {tuple(batch.input_ids[row][batch.token_type_ids[row] == 0][:4].tolist()) for row in members}
            assert (len(members), len(asked)) in ((1, 1), (2, 1))
            if len(members) == 2:
                pairs += 1
                assert batch.targets[members].sum(axis=1).tolist() == [[1.0, 1.0], [0.0, 0.0]]
    assert pairs + questions(batches) == rows(batches)
    # Of 80 questions asked about six in ten have a wrong passage.
    assert 32 <= pairs <= 64


@pytest.mark.parametrize(("most", "expected"), [(3, 3), (50, 5)])
def test_several_wrong_passages_stand_beside_a_right_one_no_two_alike(most: int, expected: int) -> None:
    shown = Round(1, 1e-4, {"squad": Share(10.0, 1.0, wrong_passages=most)})
    batches = schedule([source("squad", 6)], Readings(word_tokenizer(WORDS)), shown)
    assert questions(batches) == 60
    for batch in batches:
        for number in range(int(batch.groups[-1]) + 1):
            members = np.flatnonzero(batch.groups == number)
            assert batch.targets[members].sum(axis=1).tolist() == [[1.0, 1.0], *[[0.0, 0.0]] * expected]
            passages = {tuple(batch.input_ids[row][batch.allowed[row]].tolist()) for row in members}
            assert len(passages) == 1 + expected


def test_an_edited_question_stands_alone_and_has_no_answer() -> None:
    text = "the dam of Kariba was built by Ada and the dam of Quill by Bela"
    asked = paragraph(text, {"who built the dam of Kariba ?": ["Ada"]})
    words = Readings(word_tokenizer(WORDS))
    batches = scheduled([Source("squad", [asked] * 20, [])], words)
    seen = set()
    for batch in batches:
        for ids, types, targets in zip(batch.input_ids, batch.token_type_ids, batch.targets, strict=True):
            head = set(ids[: int(types.argmax())].tolist())
            seen.add((KARIBA in head, QUILL in head, float(targets.sum())))
    assert seen >= {(True, False, 2.0), (False, True, 0.0)}
    assert seen <= {(True, False, 2.0), (False, True, 0.0), (False, False, 0.0)}


def test_sentences_are_joined_into_passages_with_their_answers_kept() -> None:
    texts = ["Ada did it", "Quill built the dam", "the dam", "Kariba", "who did"]
    asked = [paragraph(text, {f"{text} ?": [text.split()[0]]}) for text in texts]
    batches = scheduled([Source("qamr", asked, [])], Readings(word_tokenizer(WORDS)), scale=8)
    longer = 0
    for batch in batches:
        for row in range(len(batch.input_ids)):
            passage = batch.input_ids[row][batch.allowed[row]].tolist()
            question = batch.input_ids[row][1 : int(batch.token_type_ids[row].argmax()) - 1].tolist()
            text = [token for token in question if token != MARK]
            (start,), (end,) = batch.targets[row, :, 0].nonzero()[0], batch.targets[row, :, 1].nonzero()[0]
            assert (start, batch.input_ids[row][start]) == (end, text[0])
            assert batch.input_ids[row][start : start + len(text)].tolist() == text
            longer += len(passage) > len(text)
    # Of 40 about half are joined.
    assert 10 <= longer <= 30


def test_full_batches_are_of_about_equal_work_and_none_is_larger() -> None:
    lengths = [5, 20, 60, 120, 250, 330]
    paragraphs = [paragraph(" ".join(["Ada"] + ["dam"] * n), {"who ?": ["Ada"]}) for n in lengths for _ in range(60)]
    batches = scheduled([Source("reddit", paragraphs, [])], Readings(word_tokenizer(WORDS)), scale=0.4)
    assert {batch.input_ids.shape[1] % 32 for batch in batches} == {0}
    assert max(batch.input_ids.size for batch in batches) <= BATCH_TOKENS
    assert sum(batch.input_ids.size >= 0.75 * BATCH_TOKENS for batch in batches) >= len(batches) - 1
    assert rows(batches) == len(paragraphs)


def test_a_source_that_the_mix_leaves_out_is_not_shown() -> None:
    assert scheduled([source("amazon")], Readings(word_tokenizer(WORDS))) == []


def test_wrong_passages_may_be_those_of_questions_that_begin_alike() -> None:
    # No word of the question stands in another passage, so nothing is mined; "who built" begins them all.
    texts = ["Ada", "Quill", "dam"]
    paragraphs = [paragraph(text, {f"who built {text} ?": [text]}) for text in texts]
    shown = Round(1, 1e-4, {"squad": Share(20.0, 1.0)}, alike=40)
    batches = schedule([Source("squad", paragraphs, [])], Readings(word_tokenizer(WORDS)), shown)
    pairs = {
        tuple(tuple(ids[mask].tolist()) for ids, mask in zip(b.input_ids[rows], b.allowed[rows], strict=True))
        for b in batches
        for number in set(b.groups.tolist())
        if len(rows := np.flatnonzero(b.groups == number)) == 2
    }
    assert pairs == {((one,), (other,)) for one in (ADA, QUILL, DAM) for other in (ADA, QUILL, DAM) if one != other}
