"""The lexical side: BM25 over stemmed words and pairs of neighbouring words, in tantivy."""

import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import tantivy

from index.disk import link_or_copy
from index.errors import SnapshotUnusable

_ANALYZER = "stemmed"
_LONGEST_WORD = 64
_MOST_WORDS = 64  # of a question; the rest of a longer one is ignored
#: What a pair of neighbouring words of the question counts, found together, against a word found anywhere; chosen like
#: `index.search.VECTOR_WEIGHT`.
PAIR_WEIGHT = 0.3
_WRITER_MEMORY = 64_000_000  # bytes
#: tantivy replaces these in place; every other file of its folder is immutable and can be shared by hard link.
_MUTABLE = ("meta.json", ".managed.json")


class WordIndex:
    """A read-only index of words by passage id."""

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`. Raises SnapshotUnusable when there is none."""
        try:
            self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
        except ValueError as error:
            raise SnapshotUnusable(f"{folder.name} is not a word index: {error}") from None
        # Else a thread of tantivy looks for commits, and makes its lock file anew just when the folder may be removed.
        self._index.config_reader("Manual")
        self._analyzer = _register(self._index)
        self._searcher = self._index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self,
        question: str | Mapping[str, float],
        limit: int,
        documents: Sequence[str] | None = None,
        pair_weight: float = PAIR_WEIGHT,
    ) -> list[tuple[int, float]]:
        """Return up to `limit` passage ids with their BM25 score, highest first; `documents` restricts to those ids.

        Of a question in several forms, each with what it counts, the score is their mean.
        """
        forms = {question: 1.0} if isinstance(question, str) else question
        weighed = [(clauses, weight) for form, weight in forms.items() if (clauses := self._clauses(form, pair_weight))]
        if not weighed or not limit or not len(self):
            return []
        total = sum(weight for _, weight in weighed)
        query = tantivy.Query.boolean_query(
            [(occur, tantivy.Query.boost_query(each, w / total)) for clauses, w in weighed for occur, each in clauses]
        )
        if documents is not None:
            allowed = tantivy.Query.term_set_query(self._index.schema, "document_id", list(documents))
            within = tantivy.Query.const_score_query(allowed, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, within)])
        found = self._searcher.search(query, limit, count=False).hits
        return [(int(self._searcher.doc(address)["passage_id"][0]), float(score)) for score, address in found]

    def _clauses(self, question: str, pair_weight: float) -> "list[tuple[tantivy.Occur, tantivy.Query]]":
        words = self._analyzer.analyze(question)[:_MOST_WORDS]
        schema = self._index.schema
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", word, index_option="position"))
            for word in dict.fromkeys(words)
        ]
        for pair in dict.fromkeys(zip(words, words[1:], strict=False)):
            together = tantivy.Query.phrase_query(schema, "text", list(pair))
            clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(together, pair_weight)))
        return clauses


class WordWriter:
    """Writes the index of `previous`, changed, into a new folder; what does not change is shared by hard links."""

    def __init__(self, folder: Path, previous: Path | None) -> None:
        self._folder = folder
        folder.mkdir()
        if previous is not None:
            for file in previous.iterdir():
                if file.name in _MUTABLE:
                    shutil.copyfile(file, folder / file.name)
                elif file.suffix != ".lock":
                    link_or_copy(file, folder / file.name)
        index = tantivy.Index(_schema(), path=str(folder), reuse=previous is not None)
        _register(index)
        self._writer = index.writer(_WRITER_MEMORY, 1)
        self._open = True

    def remove(self, document_id: str) -> None:
        """Remove every passage of a document that was there before."""
        self._writer.delete_documents_by_term("document_id", document_id)

    def add(self, passage_id: int, document_id: str, text: str) -> None:
        """Add the searchable text of a passage."""
        self._writer.add_document(tantivy.Document(passage_id=passage_id, document_id=document_id, text=text))

    def close(self) -> None:
        """End the threads that write; what was not finished is given up."""
        if self._open:
            self._open = False
            try:
                self._writer.rollback()
            finally:
                self._writer.wait_merging_threads()

    def finish(self) -> None:
        """Write everything to disk; the writer cannot be used afterwards."""
        self._writer.commit()
        self._writer.garbage_collect_files()
        self._open = False
        self._writer.wait_merging_threads()
        for lock in self._folder.glob("*.lock"):
            lock.unlink()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("passage_id", stored=True, indexed=True)
    builder.add_text_field("document_id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name=_ANALYZER, index_option="position")
    return builder.build()


def stems(text: str) -> list[str]:
    """Return the words of a text as the index knows them: lower case, without accents and endings."""
    return list(_analyzer().analyze(text))


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST_WORD))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _register(index: tantivy.Index) -> tantivy.TextAnalyzer:
    index.register_tokenizer(_ANALYZER, _analyzer())
    return _analyzer()
