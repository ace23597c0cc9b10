"""Small makers of what tests of the training need: paragraphs, data sets, a tokenizer, a tiny BERT, batches."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import BertProcessing

from qa.squad import SquadParagraph, SquadQuestion
from qa.training.batches import Batch

CLS, SEP, UNKNOWN = 1, 2, 3
#: The id of the first word of `word_tokenizer`.
FIRST_WORD = 4


def paragraph(text: str, asked: Mapping[str, Sequence[str]], title: str = "") -> SquadParagraph:
    """Return a paragraph with questions, each with its answers where they first stand; the question is its own id."""
    questions = tuple(
        SquadQuestion(question, question, tuple((text.index(a), text.index(a) + len(a)) for a in answers))
        for question, answers in asked.items()
    )
    return SquadParagraph(title, text, questions)


def write_squad(file: Path, paragraphs: Sequence[SquadParagraph]) -> None:
    """Write paragraphs in SQuAD's form, gzipped."""
    articles = [{"title": p.title, "paragraphs": [_of_squad(p)]} for p in paragraphs]
    file.write_bytes(gzip.compress(json.dumps({"version": "1.1", "data": articles}).encode()))


def _of_squad(p: SquadParagraph) -> dict[str, object]:
    questions = [
        {"id": q.id, "question": q.text, "answers": [{"text": p.text[s:e], "answer_start": s} for s, e in q.spans]}
        for q in p.questions
    ]
    return {"context": p.text, "qas": questions}


def word_tokenizer(words: str) -> Tokenizer:
    """Return a tokenizer of whole words and signs; its ids count on from `FIRST_WORD`, in the order of `words`."""
    vocabulary = {"[PAD]": 0, "[CLS]": CLS, "[SEP]": SEP, "[UNK]": UNKNOWN}
    vocabulary |= {word: FIRST_WORD + number for number, word in enumerate(dict.fromkeys(words.split()))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = BertProcessing(("[SEP]", SEP), ("[CLS]", CLS))
    return tokenizer


def write_tiny_bert(folder: Path) -> Path:
    """Write a BERT of two thin layers with random weights, the same each time; return its folder."""
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=64,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=384,
    )
    with torch.random.fork_rng():
        torch.manual_seed(7)
        BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def random_batch(seed: int, passages: int = 4, tokens: int = 16) -> Batch:
    """Return a batch of random token ids, with one answer in the first passage of each question of two."""
    randomness = np.random.default_rng(seed)
    shape = (passages, tokens)
    token_type_ids = np.zeros(shape, np.int64)
    token_type_ids[:, 6:] = 1
    targets = np.zeros((*shape, 2), np.float32)
    allowed = np.zeros(shape, np.bool_)
    allowed[:, 6:-1] = True
    for row in range(0, passages, 2):
        start = int(randomness.integers(6, tokens - 2))
        targets[row, start, 0] = targets[row, start + 1, 1] = 1
    input_ids = randomness.integers(4, 64, shape)
    return Batch(input_ids, token_type_ids, np.ones(shape, np.int64), allowed, targets, np.arange(passages) // 2)
