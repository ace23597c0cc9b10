"""A folder that changes, and whether its index is whole: what all campaigns about crashes need."""

import os
import random
from pathlib import Path

from index.documents import read_document, sha256
from index.encoding import Encoder
from index.passages import cut
from index.snapshot import Snapshot
from index.store import SnapshotStore

_PARAGRAPHS = 6
_DOCUMENTS = 40


class ChangingFolder:
    """A folder of documents; `versions` has, by path, all texts that a reader may have seen, and None for none."""

    def __init__(self, folder: Path, randomness: random.Random) -> None:
        self.folder = folder
        self.texts: dict[str, str] = {}
        self.versions: dict[str, set[str | None]] = {}
        self._randomness = randomness
        self._count = 0
        folder.mkdir(parents=True)
        for number in range(_DOCUMENTS):
            self._write(f"{number}.md")

    def change(self) -> None:
        """Add, change, move or remove a document, in one step."""
        path = self._randomness.choice(sorted(self.texts))
        match self._randomness.randrange(4):
            case 0:
                self._write(f"{_DOCUMENTS + self._count}.md")
            case 1 if len(self.texts) > _DOCUMENTS // 2:
                (self.folder / path).unlink()
                self._note(path, None)
            case 2:
                moved = f"moved/{self._count}.md"
                (self.folder / "moved").mkdir(exist_ok=True)
                (self.folder / path).rename(self.folder / moved)
                self._count += 1
                self._note(moved, self.texts[path])
                self._note(path, None)
            case _:
                self._write(path)

    def forget(self) -> None:
        """Let only what is there now count as seen."""
        self.versions = {path: {text} for path, text in self.texts.items()}

    def _write(self, path: str) -> None:
        self._count += 1
        # Each paragraph names the version, so that a mixture of two would show.
        lines = (f"Version {self._count} of {path} has line {n}. It says so." for n in range(_PARAGRAPHS))
        text = f"# {path}\n\n" + "\n\n".join(lines) + "\n"
        hidden = self.folder / ".being-written"
        hidden.write_text(text, "utf-8")
        os.utime(hidden, (self._count, self._count))  # long ago: nobody waits for it to settle
        hidden.replace(self.folder / path)
        self._note(path, text)

    def _note(self, path: str, text: str | None) -> None:
        if text is None:
            del self.texts[path]
        else:
            self.texts[path] = text
        self.versions.setdefault(path, {None}).add(text)


def whole_texts(snapshot: Snapshot, encoder: Encoder) -> dict[str, str]:
    """Return the text of every document by its path, once all that is stored of them is found to fit together.

    Raises AssertionError when it does not.
    """
    texts: dict[str, str] = {}
    for document_id, path in snapshot.paths().items():
        document = snapshot.document(document_id)
        assert document.content_hash == sha256(document.text.encode()), path
        assert document.text == read_document(path, document.text.encode(), 0).text, path
        passages = snapshot.passages(sorted(snapshot.passage_ids([document_id])))
        pieces = list(cut(document, encoder.count_tokens, encoder.window))
        stored = [(passage.start, passage.end, passage.sentences) for passage in passages]
        assert stored == [(piece.start, piece.end, piece.sentences) for piece in pieces], path
        vectors = snapshot.vectors.vectors([passage.id for passage in passages])
        assert (vectors == encoder.encode_passages([piece.searchable for piece in pieces])).all(), path
        found = {passage_id for passage_id, _ in snapshot.words.search("version", len(passages), [document_id])}
        assert found == {passage.id for passage in passages}, path
        texts[path] = document.text
    manifest = snapshot.manifest
    assert (manifest.documents, manifest.passages) == (len(texts), len(snapshot.words)) and snapshot.unreadable() == []
    assert len(snapshot.vectors) == manifest.passages
    return texts


def stage(store: SnapshotStore, before: str | None) -> str:
    """Say how far a builder came, by what it left behind; `before` is what the pointer said when it began."""
    names = {folder.name for folder in (store.data / "snapshots").glob("*")}
    pointer = store.pointer()
    current = (pointer or "").partition(" ")[0]
    if any(name.endswith(".unfinished") for name in names):
        return "while writing"
    if pointer != before:
        return "while cleaning up" if names - {current} else "after all of it"
    return "between sealing and swapping" if names - {current} else "before writing"
