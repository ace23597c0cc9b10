import errno
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import BuildReport, build, rehearse
from index.changes import Renamed
from index.documents import document_id
from index.encoding import Vectors
from index.errors import BuildRunning, EncoderUnavailable, FolderMissing, IndexMissing, IndexNotWritable
from index.formats.extraction import LeftOut
from index.progress import Progress
from index.search import HybridIndex
from index.snapshot import Unreadable
from index.store import SnapshotStore
from tests.builders import WordEncoder, pdf, write, zipped

ONE = "# One\n\nThe first dam stands.\n\n## More\n\nIt is very old.\n"
TWO = "# Two\n\nSomebody bakes bread.\n"


@pytest.fixture
def words(data: Path, seeds: Path, word_encoder: WordEncoder) -> SnapshotStore:
    """A store over two documents, built, with the fake encoder."""
    write(seeds, {"one.md": ONE, "sub/two.md": TWO})
    store = SnapshotStore(data, seeds, word_encoder)
    build(store)
    word_encoder.embedded.clear()
    return store


def found(store: SnapshotStore, question: str) -> list[str]:
    """Return the paths of the documents that hold a word of the question."""
    snapshot = store.current()
    ids = [passage_id for passage_id, _ in snapshot.words.search(question, 10)]
    return sorted({snapshot.document(passage.document_id).path for passage in snapshot.passages(ids)})


def test_a_new_folder_is_read_whole(store: SnapshotStore, seeds: Path) -> None:
    write(
        seeds, {"a.txt": "The dam stands.", "b/c.md": "# Bread\n\nBake it.", "d.html": "<p>Hi.", "e.pdf": pdf(["Yes."])}
    )
    report = build(store)
    assert (report.added, report.changed, report.removed) == (["a.txt", "b/c.md", "d.html", "e.pdf"], [], [])
    assert (report.passages_embedded, report.unreadable, report.rebuilt_because) == (4, [], None)
    assert store.current().version == report.version
    assert (store.current().manifest.documents, store.current().manifest.passages) == (4, 4)


def test_every_passage_has_its_own_vector(words: SnapshotStore, word_encoder: WordEncoder) -> None:
    snapshot = words.current()
    ids = snapshot.passage_ids(snapshot.paths())
    for passage in snapshot.passages(ids):
        read = snapshot.document(passage.document_id)
        vector = word_encoder.encode_question(read.text[passage.start : passage.end])
        assert snapshot.vectors.search(vector, 1)[0][0] == passage.id


def test_nothing_is_written_when_nothing_changed(words: SnapshotStore, word_encoder: WordEncoder) -> None:
    before = words.pointer()
    report = build(words)
    assert words.pointer() == before
    assert report == BuildReport(version=words.current().version)
    assert word_encoder.embedded == []


def test_an_added_document_is_embedded_alone(words: SnapshotStore, word_encoder: WordEncoder, seeds: Path) -> None:
    write(seeds, {"three.md": "# Three\n\nA bridge fell.\n"})
    report = build(words)
    assert (report.added, report.changed, report.removed) == (["three.md"], [], [])
    assert word_encoder.embedded == ["Three\nThree\n\nA bridge fell."]
    assert found(words, "bridge dam bread") == ["one.md", "sub/two.md", "three.md"]


def test_a_changed_sentence_embeds_its_passage_alone(
    words: SnapshotStore, word_encoder: WordEncoder, seeds: Path
) -> None:
    write(seeds, {"one.md": ONE.replace("very old", "quite new")})
    report = build(words)
    assert (report.added, report.changed, report.removed) == ([], ["one.md"], [])
    assert word_encoder.embedded == ["One\nMore\n\nIt is quite new."]
    assert (found(words, "quite"), found(words, "very"), found(words, "first")) == (["one.md"], [], ["one.md"])


def test_vectors_are_still_those_of_their_passages_after_many_changes(
    words: SnapshotStore, word_encoder: WordEncoder, seeds: Path
) -> None:
    for files in ({"one.md": ONE + "\n## End\n\nIt broke.\n"}, {"0.md": TWO}, {"sub/two.md": "# Two\n\nNobody did.\n"}):
        write(seeds, files)
        build(words)
    (seeds / "0.md").unlink()
    build(words)
    test_every_passage_has_its_own_vector(words, word_encoder)
    assert len(words.current().vectors) == len(words.current().words) == words.current().manifest.passages == 4


def test_a_deleted_document_is_found_no_more(words: SnapshotStore, word_encoder: WordEncoder, seeds: Path) -> None:
    (seeds / "sub" / "two.md").unlink()
    report = build(words)
    assert (report.added, report.changed, report.removed) == ([], [], ["sub/two.md"])
    assert found(words, "bread") == []
    hits = HybridIndex(words.current(), word_encoder).search("Somebody bakes bread", 10)
    assert {hit.passage.document_id for hit in hits} == {document_id("one.md")}
    assert word_encoder.embedded == []


def test_a_renamed_document_has_a_new_id_and_keeps_its_vectors(
    words: SnapshotStore, word_encoder: WordEncoder, seeds: Path
) -> None:
    (seeds / "one.md").rename(seeds / "uno.md")
    report = build(words)
    assert report.renamed == [Renamed("one.md", "uno.md")]
    assert (report.added, report.changed, report.removed) == ([], [], [])
    assert words.current().paths() == {document_id("uno.md"): "uno.md", document_id("sub/two.md"): "sub/two.md"}
    assert word_encoder.embedded == []


def test_a_touched_file_is_not_embedded_and_shows_its_new_time(
    words: SnapshotStore, word_encoder: WordEncoder, seeds: Path
) -> None:
    os.utime(seeds / "one.md", (86_400, 86_400))
    report = build(words)
    assert (report.added, report.changed, report.removed, word_encoder.embedded) == ([], [], [], [])
    assert words.current().document("one.md").modified.timestamp() == 86_400


def test_equal_text_in_two_files_stays_two_documents(words: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"copy.md": ONE})
    build(words)
    assert found(words, "dam") == ["copy.md", "one.md"]
    (seeds / "one.md").unlink()
    build(words)
    assert found(words, "dam") == ["copy.md"]


def test_equal_sections_are_embedded_once_more_at_most(
    words: SnapshotStore, word_encoder: WordEncoder, seeds: Path
) -> None:
    write(seeds, {"copy.md": ONE})
    assert (build(words).passages_embedded, word_encoder.embedded) == (0, [])


def test_a_file_that_cannot_be_read_is_listed_with_the_reason_and_the_others_are_indexed(
    words: SnapshotStore, seeds: Path, tmp_path: Path
) -> None:
    write(tmp_path, {"out.txt": "secret"})
    write(seeds, {"binary.txt": b"\x00\x01\x02", "empty.txt": "", "sheet.xls": b"xls", "scan.pdf": pdf([""])})
    (seeds / "dangling.txt").symlink_to("nowhere")
    (seeds / "out.txt").symlink_to(tmp_path / "out.txt")
    (seeds / "linked").symlink_to(tmp_path)
    os.mkfifo(seeds / "pipe.txt")
    report = build(words)
    reasons = {entry.path: entry.reason.split(";")[0].split(" (")[0] for entry in report.unreadable}
    assert reasons == {
        "binary.txt": "is binary data, not text",
        "dangling.txt": "cannot be read: No such file or directory",
        "empty.txt": "is empty",
        "linked": "is a link to a folder, which is not followed",
        "out.txt": "is a link that leads out of the folder",
        "pipe.txt": "is not a regular file",
        "scan.pdf": "has no text on any page",
        "sheet.xls": "has a type that is not read yet",
    }
    assert words.current().unreadable() == report.unreadable
    assert found(words, "dam bread secret") == ["one.md", "sub/two.md"]


def test_a_file_that_stays_unreadable_is_still_listed_and_not_tried_again(words: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"empty.txt": ""})
    build(words)
    pointer = words.pointer()
    assert build(words).unreadable == [Unreadable("empty.txt", "is empty")]
    assert words.pointer() == pointer
    write(seeds, {"three.md": "# Three\n\nMore.\n"})
    assert build(words).unreadable == words.current().unreadable() == [Unreadable("empty.txt", "is empty")]


def test_a_file_that_becomes_readable_is_listed_no_more(words: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"late.txt": ""})
    build(words)
    write(seeds, {"late.txt": "The bridge is here."})
    report = build(words)
    assert (report.added, report.unreadable, found(words, "bridge")) == (["late.txt"], [], ["late.txt"])


def test_a_file_that_vanishes_while_it_is_read_is_listed_and_the_others_are_indexed(
    words: SnapshotStore, seeds: Path
) -> None:
    write(seeds, {"new.txt": "The bridge is here.", "other.txt": "The tunnel is there."})

    def unlink_when_reading(progress: Progress) -> None:
        if progress.stage == "reading":
            (seeds / "new.txt").unlink(missing_ok=True)

    report = build(words, unlink_when_reading)
    assert report.unreadable == [Unreadable("new.txt", "vanished while it was being read")]
    assert (report.added, found(words, "bridge tunnel")) == (["other.txt"], ["other.txt"])
    assert build(words).unreadable == []


def test_files_left_out_of_a_file_are_listed_until_it_is_gone(words: SnapshotStore, seeds: Path) -> None:
    left_out = Unreadable("three.zip/b.txt", "is empty")
    write(seeds, {"three.zip": zipped({"a.txt": "A bridge fell.", "b.txt": ""}), "zero.txt": ""})
    report = build(words)
    assert (report.added, report.unreadable) == (["three.zip"], [left_out, Unreadable("zero.txt", "is empty")])
    assert words.current().document("three.zip").left_out == (LeftOut("b.txt", "is empty"),)
    assert build(words).unreadable == words.current().unreadable() == report.unreadable
    write(seeds, {"four.txt": "Four."})
    assert build(words).unreadable == report.unreadable
    (seeds / "three.zip").unlink()
    assert build(words).unreadable == report.unreadable[1:]


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b""])
def test_a_document_that_becomes_unreadable_stops_answering(words: SnapshotStore, seeds: Path, content: bytes) -> None:
    write(seeds, {"one.md": content})
    report = build(words)
    assert (report.removed, [entry.path for entry in report.unreadable]) == (["one.md"], ["one.md"])
    assert (found(words, "dam"), words.current().manifest.documents) == ([], 1)
    write(seeds, {"one.md": ONE})
    assert build(words).added == ["one.md"]
    assert found(words, "dam") == ["one.md"]


def test_a_document_that_becomes_a_link_out_of_the_folder_stops_answering(
    words: SnapshotStore, seeds: Path, tmp_path: Path
) -> None:
    write(tmp_path, {"out.md": ONE})
    (seeds / "one.md").unlink()
    (seeds / "one.md").symlink_to(tmp_path / "out.md")
    report = build(words)
    assert (report.removed, [entry.path for entry in report.unreadable]) == (["one.md"], ["one.md"])
    assert found(words, "dam") == []


def test_an_empty_folder_makes_an_empty_index_that_can_grow(store: SnapshotStore, seeds: Path) -> None:
    build(store)
    assert (store.current().manifest.documents, store.current().manifest.passages) == (0, 0)
    write(seeds, {"a.txt": "The dam stands."})
    assert build(store).added == ["a.txt"]
    (seeds / "a.txt").unlink()
    assert build(store).removed == ["a.txt"]
    assert len(store.current().vectors) == len(store.current().words) == 0


def test_many_passages_are_embedded_in_turns_and_each_once(data: Path, seeds: Path, word_encoder: WordEncoder) -> None:
    write(seeds, {f"{n:03}.txt": f"File {n} stands alone." for n in range(600)})
    store = SnapshotStore(data, seeds, word_encoder)
    seen: list[Progress] = []
    report = build(store, seen.append)
    assert report.passages_embedded == len(word_encoder.embedded) == len(set(word_encoder.embedded)) == 600
    assert [progress.passages for progress in seen] == sorted(progress.passages for progress in seen)
    assert replace(seen[-1], rate=None) == Progress("writing", 600, 600, 600, 600, seconds_left=0.0)


def test_progress_tells_how_many_files_that_changed_were_read(words: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"three.md": "# Three\n\nMore.\n", "four.md": "# Four\n\nEven more.\n"})
    seen: list[Progress] = []
    build(words, seen.append)
    assert [(now.stage, now.files, now.files_total, now.passages, now.passages_total) for now in seen] == [
        ("looking", 0, 0, 0, 0),
        ("reading", 0, 2, 0, 0),
        ("reading", 1, 2, 0, 1),
        ("reading", 2, 2, 0, 2),
        ("reading", 2, 2, 2, 2),
        ("writing", 2, 2, 2, 2),
    ]


class BrokenEncoder(WordEncoder):
    """Counts as ever, and can embed nothing."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        raise EncoderUnavailable("out of order")


def test_a_build_that_fails_leaves_the_old_snapshot_answering_and_nothing_behind(
    words: SnapshotStore, data: Path, seeds: Path
) -> None:
    pointer = words.pointer()
    write(seeds, {"three.md": "# Three\n\nA bridge fell.\n"})
    with pytest.raises(EncoderUnavailable, match="out of order"):
        build(SnapshotStore(data, seeds, BrokenEncoder()))
    assert words.pointer() == pointer
    assert [folder.name for folder in (data / "snapshots").iterdir()] == [words.current().version]
    assert found(SnapshotStore(data, seeds, WordEncoder()), "dam") == ["one.md"]
    assert build(words).added == ["three.md"]


def test_a_first_build_that_fails_leaves_nothing(data: Path, seeds: Path) -> None:
    write(seeds, {"one.md": ONE})
    store = SnapshotStore(data, seeds, BrokenEncoder())
    with pytest.raises(EncoderUnavailable):
        build(store)
    assert list((data / "snapshots").iterdir()) == []
    with pytest.raises(IndexMissing):
        store.current()


def test_what_a_killed_build_left_is_removed(words: SnapshotStore, data: Path, seeds: Path) -> None:
    write(data, {"snapshots/20200101T000000-aaaaaa.unfinished/documents.sqlite": b"half"})
    write(seeds, {"three.md": "# Three\n\nMore.\n"})
    build(words)
    assert [folder.name for folder in (data / "snapshots").iterdir()] == [words.current().version]


def test_a_missing_folder_is_refused_and_the_old_index_answers_on(words: SnapshotStore, seeds: Path) -> None:
    seeds.rename(seeds.with_name("elsewhere"))
    with pytest.raises(FolderMissing, match=f"there is no folder {seeds}"):
        build(words)
    assert found(words, "dam") == ["one.md"]


def test_two_builds_at_once_are_refused(words: SnapshotStore) -> None:
    with words.lock(), pytest.raises(BuildRunning, match="another process is building the index in"):
        build(words)
    assert build(words).version == words.current().version


def test_a_file_that_cannot_be_looked_at_stops_no_other(words: SnapshotStore, seeds: Path) -> None:
    (seeds / "gone.txt").symlink_to(seeds / "was here.txt")
    write(seeds, {"three.md": "A third one.\n"})
    report = build(words)
    assert report.added == ["three.md"]
    assert report.unreadable == [Unreadable("gone.txt", "cannot be read: No such file or directory")]


def test_a_passing_failure_of_the_disk_is_forgotten(
    words: SnapshotStore, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_file = os.open

    def fails(path: str, *arguments: int, dir_fd: int | None = None) -> int:
        if Path(path).name == "three.md":
            raise OSError(errno.EIO, "Input/output error")
        return open_file(path, *arguments, dir_fd=dir_fd)

    write(seeds, {"three.md": "A third one.\n"})
    with monkeypatch.context() as broken:
        broken.setattr("os.open", fails)
        assert build(words).unreadable == [Unreadable("three.md", "cannot be read: Input/output error")]
    report = build(words)
    assert (report.added, report.unreadable) == (["three.md"], [])


def test_a_file_in_which_nothing_can_be_searched_is_listed(words: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"links.md": "[a]: https://a.example\n[b]: https://b.example\n"})
    assert build(words).unreadable == [Unreadable("links.md", "holds nothing that can be searched")]


def test_builds_that_cannot_move_the_pointer_leave_no_snapshots(
    words: SnapshotStore, data: Path, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = [words.current().version]
    write(seeds, {"three.md": "A third one.\n"})
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(IndexNotWritable, match="No space left on device; [0-9,]+ MiB are free for .*: make room there"):
        build(words)
    assert [folder.name for folder in (data / "snapshots").iterdir()] == before


def test_a_file_that_moves_to_another_folder_costs_no_embedding(
    words: SnapshotStore, word_encoder: WordEncoder, seeds: Path
) -> None:
    write(seeds, {"plain.txt": "A bridge fell.\n"})
    build(words)
    word_encoder.embedded.clear()
    (seeds / "plain.txt").rename(seeds / "sub" / "plain.txt")
    report = build(words)
    assert (report.renamed, report.added, report.removed) == ([Renamed("plain.txt", "sub/plain.txt")], [], [])
    assert (word_encoder.embedded, found(words, "bridge")) == ([], ["sub/plain.txt"])


def test_a_file_that_has_its_name_as_title_keeps_its_vectors_when_it_is_renamed(
    words: SnapshotStore, word_encoder: WordEncoder, seeds: Path
) -> None:
    write(seeds, {"plain.txt": "A bridge fell.\n"})
    build(words)
    word_encoder.embedded.clear()
    (seeds / "plain.txt").rename(seeds / "viaduct.txt")
    assert rehearse(words).passages_embedded == 0
    assert build(words).renamed == [Renamed("plain.txt", "viaduct.txt")]
    assert (word_encoder.embedded, found(words, "bridge")) == ([], ["viaduct.txt"])
    assert words.current().document("viaduct.txt").title == "viaduct"


def test_a_copy_that_has_its_name_as_title_is_embedded_under_it(
    words: SnapshotStore, word_encoder: WordEncoder, seeds: Path
) -> None:
    write(seeds, {"plain.txt": "A bridge fell.\n"})
    build(words)
    word_encoder.embedded.clear()
    write(seeds, {"viaduct.txt": "A bridge fell.\n"})
    build(words)
    assert word_encoder.embedded == ["viaduct\nA bridge fell."]


def test_a_file_that_is_read_otherwise_under_its_new_name_is_embedded(
    words: SnapshotStore, word_encoder: WordEncoder, seeds: Path
) -> None:
    write(seeds, {"plain.txt": "A <b>bridge</b> fell.\n"})
    build(words)
    word_encoder.embedded.clear()
    (seeds / "plain.txt").rename(seeds / "plain.html")
    build(words)
    assert word_encoder.embedded == ["plain\nA bridge fell."]


def test_a_folder_that_is_renamed_costs_no_embedding(
    words: SnapshotStore, word_encoder: WordEncoder, seeds: Path
) -> None:
    (seeds / "sub").rename(seeds / "under")
    assert build(words).renamed == [Renamed("sub/two.md", "under/two.md")]
    assert (word_encoder.embedded, found(words, "bread")) == ([], ["under/two.md"])


def test_two_files_that_change_places_are_two_changed_documents(
    words: SnapshotStore, word_encoder: WordEncoder, seeds: Path
) -> None:
    (seeds / "one.md").rename(seeds / "aside")
    (seeds / "sub" / "two.md").rename(seeds / "one.md")
    (seeds / "aside").rename(seeds / "sub" / "two.md")
    report = build(words)
    assert (report.changed, report.renamed, word_encoder.embedded) == (["one.md", "sub/two.md"], [], [])
    assert (found(words, "dam"), found(words, "bread")) == (["sub/two.md"], ["one.md"])


def test_a_file_that_becomes_a_folder_and_back(words: SnapshotStore, word_encoder: WordEncoder, seeds: Path) -> None:
    (seeds / "one.md").unlink()
    write(seeds, {"one.md/inner.md": ONE})
    assert build(words).renamed == [Renamed("one.md", "one.md/inner.md")]
    assert (found(words, "dam"), word_encoder.embedded) == (["one.md/inner.md"], [])
    (seeds / "one.md" / "inner.md").unlink()
    (seeds / "one.md").rmdir()
    write(seeds, {"one.md": "# One\n\nA tunnel.\n"})
    report = build(words)
    assert (report.added, report.removed, report.renamed) == (["one.md"], ["one.md/inner.md"], [])
    assert (found(words, "dam"), found(words, "tunnel")) == ([], ["one.md"])


def test_a_folder_replaced_by_a_link_out_of_the_folder_stops_answering(
    words: SnapshotStore, seeds: Path, tmp_path: Path
) -> None:
    (seeds / "sub").rename(tmp_path / "elsewhere")
    (seeds / "sub").symlink_to(tmp_path / "elsewhere")
    report = build(words)
    assert (report.removed, [entry.path for entry in report.unreadable]) == (["sub/two.md"], ["sub"])
    assert found(words, "bread") == []


@pytest.mark.parametrize("time", [0, 10**10])
def test_a_change_counts_whatever_the_clock_says(words: SnapshotStore, seeds: Path, time: int) -> None:
    write(seeds, {"one.md": ONE.replace("first", "third")})  # of the same size
    os.utime(seeds / "one.md", (time, time))
    assert build(words).changed == ["one.md"]
    assert (found(words, "third"), found(words, "first")) == (["one.md"], [])
    write(seeds, {"one.md": ONE.replace("first", "fifth")})
    os.utime(seeds / "one.md", (time, time))
    assert build(words).changed == ["one.md"]
    assert build(words) == BuildReport(version=words.current().version)


def test_a_new_file_that_is_being_written_waits_for_the_next_build(
    words: SnapshotStore, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(seeds, {"slow.txt": "The bridge", "three.md": "# Three\n\nA tunnel.\n"})
    with monkeypatch.context() as busy:
        busy.setattr("index.settling.time.sleep", lambda seconds: write(seeds, {"slow.txt": "The bridge is"}))
        report = build(words)
    reason = "is still being written; it is read as soon as it is finished"
    assert (report.added, report.unsettled) == (["three.md"], ["slow.txt"])
    assert report.unreadable == words.current().unreadable() == [Unreadable("slow.txt", reason)]
    assert found(words, "bridge tunnel") == ["three.md"]
    write(seeds, {"slow.txt": "The bridge is finished."})
    report = build(words)
    assert (report.added, report.unsettled, report.unreadable) == (["slow.txt"], [], [])
    assert words.current().document("slow.txt").text == "The bridge is finished."


def test_a_document_that_is_being_written_answers_as_it_was_until_it_is_finished(
    words: SnapshotStore, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = words.current().version
    write(seeds, {"one.md": "# One"})
    with monkeypatch.context() as busy:
        busy.setattr("index.settling.time.sleep", lambda seconds: write(seeds, {"one.md": "# One\n\nThe last"}))
        assert build(words) == BuildReport(version=version, unsettled=["one.md"])
    assert words.current().document("one.md").text == ONE
    assert build(words).changed == ["one.md"]
    assert words.current().document("one.md").text == "# One\n\nThe last"


def test_a_file_that_changes_while_it_is_read_is_not_taken_for_whole(words: SnapshotStore, seeds: Path) -> None:
    write(seeds, {"a.md": "# A\n\nA canal.\n", "one.md": "# One\n\nThe second dam.\n"})
    os.utime(seeds / "one.md", (0, 0))

    def write_on(progress: Progress) -> None:
        if progress.stage == "reading" and not progress.files:
            write(seeds, {"one.md": "# One\n\nThe second"})

    report = build(words, write_on)
    assert (report.added, report.changed, report.unsettled) == (["a.md"], [], ["one.md"])
    assert found(words, "second first") == ["one.md"] and found(words, "second") == []
    assert build(words).changed == ["one.md"]


def test_a_file_replaced_by_a_link_before_it_is_read_is_not_followed(
    words: SnapshotStore, seeds: Path, tmp_path: Path
) -> None:
    write(tmp_path, {"secret.md": "# Three\n\nThe secret.\n"})
    write(seeds, {"three.md": "# Three\n\nA bridge.\n"})

    def replace_by_link(progress: Progress) -> None:
        if progress.stage == "reading":
            (seeds / "three.md").unlink(missing_ok=True)
            (seeds / "three.md").symlink_to(tmp_path / "secret.md")

    assert build(words, replace_by_link).unsettled == ["three.md"]
    assert found(words, "secret bridge") == []


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder but tantivy's locks."""
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.suffix != ".lock"}


def change_much(seeds: Path) -> None:
    write(seeds, {"new.md": "# New\n\nA bridge.\n", "new.zip": zipped({"a.txt": "A weir.", "b.txt": ""})})
    write(seeds, {"one.md": ONE.replace("very old", "quite new"), "bad.xyz": b"?"})
    (seeds / "sub" / "two.md").rename(seeds / "zwei.md")
    (seeds / "gone.md").unlink()
    (seeds / "gone.zip").unlink()


def test_a_rehearsal_says_what_a_build_then_does_and_writes_nothing(
    words: SnapshotStore, word_encoder: WordEncoder, data: Path, seeds: Path
) -> None:
    write(seeds, {"gone.md": "# Gone\n\nA mill.\n", "gone.zip": zipped({"c.txt": "", "d.txt": "A lock."})})
    write(seeds, {"stays.zip": zipped({"e.txt": "", "f.txt": "A ford."})})
    build(words)
    word_encoder.embedded.clear()
    change_much(seeds)
    before = contents(data)
    rehearsed = rehearse(words)
    assert (contents(data), word_encoder.embedded) == (before, [])
    built = build(words)
    assert rehearsed == replace(built, version=rehearsed.version) and rehearsed.version != built.version
    assert (built.added, built.changed, built.removed) == (["new.md", "new.zip"], ["one.md"], ["gone.md", "gone.zip"])
    assert built.renamed == [Renamed("sub/two.md", "zwei.md")]
    assert [entry.path for entry in built.unreadable] == ["bad.xyz", "new.zip/b.txt", "stays.zip/e.txt"]
    assert built.passages_embedded == len(word_encoder.embedded) == 3


def test_a_rehearsal_without_an_index_makes_none(store: SnapshotStore, data: Path, seeds: Path) -> None:
    write(seeds, {"one.md": ONE, "empty.txt": ""})
    report = BuildReport(added=["one.md"], unreadable=[Unreadable("empty.txt", "is empty")], passages_embedded=2)
    assert rehearse(store) == report
    assert not data.exists()


def test_a_rehearsal_of_an_unchanged_folder_changes_nothing(words: SnapshotStore) -> None:
    assert rehearse(words) == BuildReport(version=words.current().version)


def test_a_rehearsal_says_that_another_encoder_means_everything_anew(
    words: SnapshotStore, data: Path, seeds: Path
) -> None:
    report = rehearse(SnapshotStore(data, seeds, WordEncoder("words-2")))
    assert (report.added, report.passages_embedded) == (["one.md", "sub/two.md"], 3)
    assert report.rebuilt_because == "it was made with other weights or another encoder: words"


def test_a_rehearsal_waits_for_no_build(words: SnapshotStore) -> None:
    with words.lock():
        assert rehearse(words) == BuildReport(version=words.current().version)
