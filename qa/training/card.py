"""What the reader is worth, measured, and the card that says so."""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean
from string import Template

from qa.evaluation.paragraphs import Read, best_threshold, read_paragraphs
from qa.reader import Reader
from qa.squad import SquadParagraph, read_squad
from qa.training.corpora import Source
from qa.training.recipe import ROUNDS

Show = Callable[[str], None]

_CARD = Template("""# The reader's weights

`reader.onnx` points at the words of a passage that answer a question, and says how likely the passage answers at all.

* Base: all-MiniLM-L6-v2 (22.7 million parameters, six layers; Apache-2.0), the encoder that Seedbed ships with.
* Heads: two logits a token, start and end of the answer, and one for the passage, added to both. On their scale 0
  stands for "not answered here" in every passage of every question, so scores compare across passages.
* Run by onnxruntime on weights and activations in eight bits. Each row of the embedding, and each column of a layer,
  has its own scale; layers use seven of the bits, so that processors with and without VNNI give the same answer. In
  its last round the network learnt with this rounding. The tokenizer is inside the file.

`edges.json` holds nine weights that choose among spans about as likely, by what their words are and what stands beside
them (`qa/span_edges.py`). `confidence.json` holds those that turn what reader and retrieval say into the probability of
being right.

## Data

| set | trained on | held out, to tune | licence |
|---|---:|---:|---|
$data

The held-out part is the articles $titles of the first set, and one article (or paragraph,
where there are no articles) in 15 of the next four; of ours, the questions over those articles, and 43 of 281 sets. It
chose the recipe and fitted edges and confidence; it trained no weight of the network.
SQuAD v1.1 and v2.0 dev trained and tuned nothing; they were looked at for the figures below alone. No text of the
public sets is in this project.

Penn Treebank tokens of the second set are undone; answers longer than twelve words are left out but in the first and in
ours. Sentences of QAMR are joined into passages. Wrong passages are those that BM25 finds for the question within its
set and that do not hold an answer, from the second round to the fifth also those of questions that begin with the same
words; unanswerable questions have a name or number changed for another of the paragraph or of a wrong passage, or a
word for its opposite. There are six rounds, each with its own mix (`qa/training/recipe.py`): the second goes on from
the weights of the first, the third, a short one, from the mean of both; the fourth, mostly over questions of ours, from
the third; and the fifth, with more of the others than the fourth, from a mean of both. In the sixth passages compete:
beside most questions of the first two sets stand two or three wrong ones, all under one normalisation. What ships is
the mean of the fifth and the sixth.

## Figures

Paragraph given, without title; exact match and F1 in percent. Printed by `python -m qa.training DATA`; those of the
dev sets also by `python -m tests.benchmarks.reading DATA`. The held-out questions fitted the edges, which flatters.

| questions | count | exact match | F1 |
|---|---:|---:|---:|
$figures

SQuAD v2.0 dev, where half of the questions have no answer:

| threshold | exact match | F1 | F1, has answer | F1, has none |
|---|---:|---:|---:|---:|
$unanswerable

Lost by eight bits: $lost F1 points ($float_f1 in float32, on the same $float_count questions of SQuAD v1.1 dev).

## Limits

English. Learnt from encyclopedia, forum posts, product reviews, and some invented news, minutes and letters: on other
text expect less. It reads one passage at a time, does not count, compare or infer, and takes no notice of negation that
it did not meet in training.

## Rebuild

    pip install -e '.[training]'
    python -m qa.training DATA

Some ten hours on two cores that multiply bfloat16, minutes on a graphics card. Seeds are fixed, and a run that is
stopped goes on from its last checkpoint; figures still differ a little between machines, since sums are taken in
another order.
""")

_LICENCES = {
    "squad": ("SQuAD v1.1 train, an excerpt", "CC BY-SA 4.0"),
    "natural_questions": ("Natural Questions, through QED", "CC BY-SA 3.0"),
    "reddit": ("SQuADShifts, Reddit", "CC BY 4.0"),
    "amazon": ("SQuADShifts, Amazon", "CC BY 4.0"),
    "qamr": ("QAMR", "MIT"),
    "over_passages": ("Ours, over passages of the first two, and documents of the sets", "MIT"),
    "over_sets": ("Ours, over sets of four documents, a question beside each of several", "MIT"),
}
#: Questions on which float32 and eight bits are compared.
_COMPARED = 2000


def write_card(path: Path, data: Path, sources: Sequence[Source], reader: Reader, whole: Reader, show: Show) -> None:
    """Measure `reader` on what it did not learn from, against `whole`, the same in float32, and write the card."""
    figures = []
    for source in sources:
        read = read_paragraphs(reader, source.tuning, _counting(show, f"{source.name}, held out"))
        figures.append(_row(f"{_LICENCES[source.name][0]}, held out", [r for r in read if r.accepted]))
    dev = read_squad(data / "squad_v1.1_dev.json.gz")
    read = read_paragraphs(reader, dev, _counting(show, "SQuAD v1.1 dev"))
    figures.append(_row("SQuAD v1.1 dev", read))
    compared = _first_questions(dev, _COMPARED)
    exact = read_paragraphs(whole, compared, _counting(show, "SQuAD v1.1 dev, float32"))
    small = read_paragraphs(reader, compared, _counting(show, "SQuAD v1.1 dev, again"))
    float_f1, small_f1 = (100 * mean(r.f1() for r in some) for some in (exact, small))
    v2 = read_paragraphs(reader, read_squad(data / "squad_v2.0_dev.json.gz"), _counting(show, "SQuAD v2.0 dev"))
    path.write_text(
        _CARD.substitute(
            data="\n".join(_data_row(source) for source in sources),
            titles=", ".join(sorted({p.title for p in sources[0].tuning})),
            figures="\n".join(figures),
            unanswerable="\n".join(
                _threshold_row(name, threshold, v2)
                for name, threshold in (("0, as trained", 0.0), ("the best there is", best_threshold(v2)))
            ),
            lost=f"{float_f1 - small_f1:.2f}",
            float_f1=f"{float_f1:.2f}",
            float_count=f"{len(exact):,}",
        )
    )


def _data_row(source: Source) -> str:
    name, licence = _LICENCES[source.name]
    is_shown = any(source.name in plan.mix for plan in ROUNDS)
    trained, tuned = (sum(len(p.questions) for p in part) for part in (source.training * is_shown, source.tuning))
    return f"| {name} | {trained:,} | {tuned:,} | {licence} |"


def _row(name: str, read: Sequence[Read]) -> str:
    exact, f1 = 100 * mean(r.exact() for r in read), 100 * mean(r.f1() for r in read)
    return f"| {name} | {len(read):,} | {exact:.1f} | {f1:.1f} |"


def _threshold_row(name: str, threshold: float, read: Sequence[Read]) -> str:
    has, has_none = [r for r in read if r.accepted], [r for r in read if not r.accepted]
    exact = 100 * mean(r.exact(threshold) for r in read)
    f1, f1_has, f1_none = (100 * mean(r.f1(threshold) for r in some) for some in (read, has, has_none))
    return f"| {name} ({threshold:.2f}) | {exact:.1f} | {f1:.1f} | {f1_has:.1f} | {f1_none:.1f} |"


def _first_questions(paragraphs: Sequence[SquadParagraph], count: int) -> list[SquadParagraph]:
    """Return about `count` questions: the first of each paragraph, while they last."""
    return [paragraph.with_questions(paragraph.questions[:1]) for paragraph in paragraphs[:count]]


def _counting(show: Show, name: str) -> Callable[[int], None]:
    def count(done: int) -> None:
        if done % 1000 == 0:
            show(f"{name}: {done} questions read")

    return count
