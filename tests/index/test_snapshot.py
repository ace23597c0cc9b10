import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.build import build
from index.documents import document_id, sha256
from index.errors import UnknownDocument
from index.formats.extraction import Block
from index.snapshot import DocumentSummary, Snapshot, Unreadable
from index.store import SnapshotStore
from tests.builders import WordEncoder, pdf, write
from tests.strategies import texts_with_words

DAM = "# Dam\n\nIt stands.\n"


@pytest.fixture
def snapshot(data: Path, seeds: Path, word_encoder: WordEncoder) -> Snapshot:
    write(seeds, {"a/dam.md": DAM, "b.pdf": pdf(["One.", "Two."], title="Book"), "c.txt": "Café 👍🏽.", "d.txt": ""})
    store = SnapshotStore(data, seeds, word_encoder)
    build(store)
    return store.current()


def test_a_document_is_found_by_its_id_and_by_its_path(snapshot: Snapshot) -> None:
    read = snapshot.document("a/dam.md")
    assert snapshot.document(document_id("a/dam.md")) == read
    assert (read.path, read.title, read.text, read.content_hash) == ("a/dam.md", "Dam", DAM, sha256(DAM.encode()))
    assert [(block.start, block.end, block.kind, block.level) for block in read.blocks] == [
        (2, 5, "heading", 1),
        (7, 17, "paragraph", 0),
    ]


def test_the_text_alone_is_that_of_the_document(snapshot: Snapshot) -> None:
    for found, path in snapshot.paths().items():
        assert snapshot.text(found) == snapshot.document(path).text


def test_a_row_still_knows_what_names_its_columns(data: Path, seeds: Path, word_encoder: WordEncoder) -> None:
    write(seeds, {"dams.csv": "Dam,Height\nKariba,128 m\n"})
    store = SnapshotStore(data, seeds, word_encoder)
    build(store)
    assert store.current().document("dams.csv").blocks == (
        Block(0, 10, "row", number=1),
        Block(11, 23, "row", headings=(0, 10), number=2),
    )


def test_pages_are_kept(snapshot: Snapshot) -> None:
    assert (snapshot.document("b.pdf").title, snapshot.document("b.pdf").pages) == ("Book", (0, 6))


@pytest.mark.parametrize("name", ["no.txt", "", "d.txt", "a/../c.txt", "%"])
def test_an_unknown_document_is_refused_by_name(snapshot: Snapshot, name: str) -> None:
    with pytest.raises(UnknownDocument, match=f"there is no document '{name}'"):
        snapshot.document(name)


def test_documents_are_listed_in_order_of_path_from_any_place_on(snapshot: Snapshot) -> None:
    listed = snapshot.documents("", 10)
    assert [summary.path for summary in listed] == ["a/dam.md", "b.pdf", "c.txt"]
    assert snapshot.documents("a/dam.md", 1) == listed[1:2]
    assert snapshot.documents("c.txt", 10) == []
    read = snapshot.document("c.txt")
    assert listed[2] == DocumentSummary(read.id, "c.txt", "c", sha256("Café 👍🏽.".encode()), 1, read.modified)


def test_passages_come_in_the_order_asked_for(snapshot: Snapshot) -> None:
    ids = snapshot.passage_ids([document_id("c.txt"), document_id("a/dam.md")])
    backwards = sorted(ids, reverse=True)
    assert [passage.id for passage in snapshot.passages(backwards)] == backwards
    assert snapshot.passages([]) == []


def test_files_that_could_not_be_read_are_kept(snapshot: Snapshot) -> None:
    assert snapshot.unreadable() == [Unreadable("d.txt", "is empty")]
    assert snapshot.known_files()["d.txt"].reason == "is empty"
    assert snapshot.known_files()["c.txt"].sha256 == sha256("Café 👍🏽.".encode())


def test_the_manifest_says_what_the_snapshot_is_made_of(snapshot: Snapshot, seeds: Path) -> None:
    manifest = snapshot.manifest
    assert (manifest.seeds, manifest.documents, manifest.passages) == (str(seeds), 3, 3)
    assert (manifest.encoder, manifest.encoder_fingerprint, manifest.dimension) == ("words", "words-1", 64)
    assert {"documents.sqlite", "vectors/000001.faiss", "words/meta.json"} <= manifest.files.keys()


def test_many_threads_may_read_one_snapshot(snapshot: Snapshot) -> None:
    paths = ["a/dam.md", "b.pdf", "c.txt"] * 30
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda path: (snapshot.document(path).path, snapshot.words.search("dam", 1)), paths))
    assert [path for path, _ in read] == paths
    assert len({str(hits) for _, hits in read}) == 1


def test_a_snapshot_nobody_holds_lets_go_of_its_files(data: Path, seeds: Path, word_encoder: WordEncoder) -> None:
    write(seeds, {"a.md": DAM})
    build(SnapshotStore(data, seeds, word_encoder))
    gc.collect()
    opened = [link.resolve() for link in Path("/proc/self/fd").iterdir() if link.exists()]
    assert not [path for path in opened if path.is_relative_to(data.resolve())]


@given(st.dictionaries(st.sampled_from(["a.txt", "b.md", "c/d.txt"]), texts_with_words, min_size=1))
@example({"a.txt": "They stand.", "b.md": "[r]: http://x.y\n"})
@settings(max_examples=20)
def test_every_text_comes_back_and_every_stored_slice_lies_in_it(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    write(folder / "seeds", {path: b"\xef\xbb\xbf" + text.encode() for path, text in files.items()})
    store = SnapshotStore(folder / "data", folder / "seeds", WordEncoder())
    left_out = {entry.path: entry.reason for entry in build(store).unreadable}
    assert set(left_out.values()) <= {"holds nothing that can be searched"}  # such as a link's address by itself
    snapshot = store.current()
    assert {path: snapshot.document(path).text for path in snapshot.paths().values()} == {
        path: text for path, text in files.items() if path not in left_out
    }
    for passage in snapshot.passages(snapshot.passage_ids(snapshot.paths())):
        text = snapshot.document(passage.document_id).text
        assert 0 <= passage.start < passage.end <= len(text)
        assert all(s.start < passage.end and passage.start < s.end <= len(text) for s in passage.sentences)
