import gc
import hashlib
import json
import pickle
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from index import passages, snapshot
from index.build import build
from index.encoding import file_hash
from index.errors import BuildRunning, IndexMissing, SnapshotUnusable, WrongFolder
from index.snapshot import Snapshot
from index.store import SnapshotStore
from tests.builders import WordEncoder, write

DAM = "# Dam\n\nIt stands.\n"


@pytest.fixture
def built(data: Path, seeds: Path) -> Path:
    """The folder of a sealed snapshot that nobody holds open."""
    write(seeds, {"dam.md": DAM})
    store = SnapshotStore(data, seeds, WordEncoder())
    build(store)
    return data / "snapshots" / store.current().version


def opened(data: Path, seeds: Path) -> Snapshot:
    return SnapshotStore(data, seeds, WordEncoder()).current()


def texts(data: Path, seeds: Path) -> dict[str, str]:
    current = opened(data, seeds)
    return {path: current.document(path).text for path in current.paths().values()}


def names(built: Path) -> list[str]:
    return sorted(p.relative_to(built).as_posix() for p in built.rglob("*") if p.is_file() and p.suffix != ".lock")


def change_manifest(built: Path, **fields: object) -> None:
    """Change the manifest as another version of Seedbed would have written it."""
    manifest = json.loads((built / "manifest.json").read_bytes()) | fields
    content = json.dumps(manifest).encode()
    (built / "manifest.json").write_bytes(content)
    (built.parents[1] / "current").write_text(f"{built.name} {hashlib.sha256(content).hexdigest()}\n")


def test_before_the_first_build_the_index_is_missing(store: SnapshotStore) -> None:
    assert store.pointer() is None
    with pytest.raises(IndexMissing, match="nothing is indexed yet; run: seedbed index --seeds"):
        store.current()


def test_a_sealed_snapshot_is_opened_once(built: Path, data: Path, seeds: Path) -> None:
    store = SnapshotStore(data, seeds, WordEncoder())
    assert store.current() is store.current()
    assert store.current().folder == built


def flip(path: Path, at: float = 0.5) -> None:
    content = bytearray(path.read_bytes())
    content[int(at * (len(content) - 1))] ^= 1
    path.write_bytes(content)


def flip_first(path: Path) -> None:
    flip(path, 0)


def flip_last(path: Path) -> None:
    flip(path, 1)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [flip, flip_first, flip_last, truncate, Path.unlink])
def test_damage_to_any_file_is_noticed_and_mended_by_a_build(
    built: Path, data: Path, seeds: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    shutil.copytree(data, tmp_path / "good")
    for name in names(built):
        shutil.rmtree(data)
        shutil.copytree(tmp_path / "good", data)
        damage(built / name)
        with pytest.raises(SnapshotUnusable, match=Path(name).name) as refused:
            opened(data, seeds)
        report = build(SnapshotStore(data, seeds, WordEncoder()))
        assert report.rebuilt_because == str(refused.value)
        assert texts(data, seeds) == {"dam.md": DAM}


@pytest.mark.parametrize(
    "pointer", [b"", b"\n", b"nowhere 00\n", b".. 00\n", b"../.. 00", b"a/b 00", b"\xff\xfe", b"\x00", b"x" * 5000]
)
def test_a_damaged_pointer_is_noticed_and_mended_by_a_build(
    built: Path, data: Path, seeds: Path, pointer: bytes
) -> None:
    (data / "current").write_bytes(pointer)
    with pytest.raises(SnapshotUnusable):
        opened(data, seeds)
    assert build(SnapshotStore(data, seeds, WordEncoder())).rebuilt_because
    assert texts(data, seeds) == {"dam.md": DAM}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"format_version": 0}, f"it has format version 0, not {snapshot.FORMAT_VERSION}"),
        ({"format_version": None}, f"it has format version None, not {snapshot.FORMAT_VERSION}"),
        ({"cutter_version": 0}, f"passages were cut by version 0, not {passages.CUTTER_VERSION}"),
        ({"encoder": "older", "encoder_fingerprint": "x"}, "it was made with other weights or another encoder: older"),
    ],
)
def test_a_snapshot_of_another_making_is_rebuilt_and_the_reason_told(
    built: Path, data: Path, seeds: Path, fields: dict[str, object], reason: str
) -> None:
    change_manifest(built, **fields)
    with pytest.raises(SnapshotUnusable, match=f"^{reason}$"):
        opened(data, seeds)
    report = build(SnapshotStore(data, seeds, WordEncoder()))
    assert (report.rebuilt_because, report.added, report.passages_embedded) == (reason, ["dam.md"], 1)
    assert texts(data, seeds) == {"dam.md": DAM}


def test_another_encoder_embeds_everything_again(built: Path, data: Path, seeds: Path) -> None:
    other = WordEncoder("words-2")
    report = build(SnapshotStore(data, seeds, other))
    assert report.rebuilt_because == "it was made with other weights or another encoder: words"
    assert other.embedded == ["Dam\nDam\n\nIt stands."]


def test_the_index_of_another_folder_is_refused_by_name_and_kept(built: Path, data: Path, tmp_path: Path) -> None:
    (tmp_path / "others").mkdir()
    store = SnapshotStore(data, tmp_path / "others", WordEncoder())
    for attempt in (store.current, lambda: build(store)):
        with pytest.raises(WrongFolder, match=f"was built from {tmp_path}/seeds, not from {tmp_path}/others"):
            attempt()
    assert texts(data, tmp_path / "seeds") == {"dam.md": DAM}


def test_one_folder_has_one_index_however_it_is_named(built: Path, data: Path, seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(seeds)
    assert opened(data, seeds / ".." / "seeds").folder == built
    assert opened(data, tmp_path / "link").folder == built


@pytest.mark.parametrize("inside", ["data", "a/b"])
def test_a_data_folder_among_the_documents_is_refused(seeds: Path, inside: str) -> None:
    with pytest.raises(WrongFolder, match="lies among the documents"):
        SnapshotStore(seeds / inside, seeds, WordEncoder())


def test_a_hidden_data_folder_may_lie_among_the_documents(seeds: Path) -> None:
    write(seeds, {"dam.md": DAM})
    store = SnapshotStore(seeds / ".seedbed", seeds, WordEncoder())
    assert build(store).added == ["dam.md"]
    assert build(store).added == []


def test_a_snapshot_opened_before_a_build_answers_as_before(built: Path, data: Path, seeds: Path) -> None:
    before = opened(data, seeds)
    write(seeds, {"dam.md": "# Dam\n\nIt broke.\n"})
    build(SnapshotStore(data, seeds, WordEncoder()))
    assert before.document("dam.md").text == DAM
    assert (len(before.words.search("stands", 5)), len(before.words.search("broke", 5))) == (1, 0)
    assert texts(data, seeds) == {"dam.md": "# Dam\n\nIt broke.\n"}


def test_a_store_follows_the_pointer_of_another_process(built: Path, data: Path, seeds: Path) -> None:
    store = SnapshotStore(data, seeds, WordEncoder())
    before = store.current()
    write(seeds, {"more.md": DAM})
    version = build(SnapshotStore(data, seeds, WordEncoder())).version
    assert store.current().version == version != before.version


def test_an_old_snapshot_is_removed_only_when_nobody_holds_it(built: Path, data: Path, seeds: Path) -> None:
    held: Snapshot | None = opened(data, seeds)
    write(seeds, {"a.md": DAM})
    build(SnapshotStore(data, seeds, WordEncoder()))
    assert held is not None and built.is_dir()
    held = None
    gc.collect()
    version = build(SnapshotStore(data, seeds, WordEncoder())).version
    assert [folder.name for folder in (data / "snapshots").iterdir()] == [version]


def test_nothing_in_a_snapshot_is_a_pickle(built: Path) -> None:
    assert {name.partition("/")[0] for name in names(built)} == {
        "documents.sqlite",
        "manifest.json",
        "vectors",
        "words",
    }
    for name in names(built):
        with pytest.raises((pickle.UnpicklingError, EOFError, ValueError, KeyError, IndexError, UnicodeDecodeError)):
            pickle.loads((built / name).read_bytes())


def test_words_that_did_not_change_are_shared_by_hard_link(built: Path, data: Path, seeds: Path) -> None:
    held = opened(data, seeds)
    write(seeds, {"more.md": "# More\n\nBread.\n"})
    build(SnapshotStore(data, seeds, WordEncoder()))
    after = opened(data, seeds)
    kept = [p for p in (held.folder / "words").iterdir() if p.suffix not in (".json", ".lock")]
    assert len(kept) >= 5
    assert all(path.samefile(after.folder / "words" / path.name) for path in kept)
    assert not (held.folder / "documents.sqlite").samefile(after.folder / "documents.sqlite")


def test_a_snapshot_is_not_changed_by_being_read(built: Path, data: Path, seeds: Path) -> None:
    before = {name: hashlib.sha256((built / name).read_bytes()).hexdigest() for name in names(built)}
    current = opened(data, seeds)
    current.words.search("dam", 5)
    current.document("dam.md")
    assert {name: hashlib.sha256((built / name).read_bytes()).hexdigest() for name in names(built)} == before


def test_a_build_in_another_process_is_refused_while_the_lock_is_held(built: Path, data: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from index.store import BuildLock\n"
        "with BuildLock(Path(sys.argv[1])): print('locked', flush=True); sys.stdin.read()"
    )
    arguments = [sys.executable, "-c", program, str(data / "build.lock")]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"locked\n"
        store = SnapshotStore(data, data.parent / "seeds", WordEncoder())
        with pytest.raises(BuildRunning):
            build(store)
    assert build(store).version == built.name


def test_only_snapshots_are_ever_removed(data: Path, seeds: Path, built: Path) -> None:
    write(data / "snapshots", {"my-thesis/chapter.txt": "ten years of work", ".DS_Store": "a stray file"})
    write(seeds, {"new.md": "More.\n"})
    build(SnapshotStore(data, seeds, WordEncoder()))
    assert (data / "snapshots/my-thesis/chapter.txt").read_text() == "ten years of work"
    assert not built.exists()


def test_questions_get_the_old_snapshot_while_a_new_one_is_verified(
    data: Path, seeds: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SnapshotStore(data, seeds, WordEncoder())
    old = store.current()
    write(seeds, {"new.md": "More.\n"})
    build(SnapshotStore(data, seeds, WordEncoder()))
    verifying, go_on = threading.Event(), threading.Event()

    def slow(store: SnapshotStore, folder: Path, manifest: snapshot.Manifest) -> None:
        verifying.set()
        assert go_on.wait(30)

    monkeypatch.setattr(SnapshotStore, "_verify", slow)
    opening = threading.Thread(target=store.newest)
    opening.start()
    assert verifying.wait(30)
    during = store.current()
    go_on.set()
    opening.join()
    assert (during.version, store.current().version == old.version) == (old.version, False)


def test_a_snapshot_that_goes_bad_behind_an_open_one_is_not_served(data: Path, seeds: Path, built: Path) -> None:
    store = SnapshotStore(data, seeds, WordEncoder())
    old = store.current()
    write(seeds, {"new.md": "More.\n"})
    version = build(SnapshotStore(data, seeds, WordEncoder())).version
    (data / "snapshots" / version / "vectors" / "000002.faiss").write_bytes(b"damaged")
    assert store.current().version == old.version
    with pytest.raises(SnapshotUnusable, match="^damaged: vectors/000002.faiss$"):
        store.newest()


def test_what_a_store_has_seen_whole_is_not_read_again(
    data: Path, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def noted(path: Path) -> str:
        read.append(path.name)
        return file_hash(path)

    monkeypatch.setattr("index.store.file_hash", noted)
    store = SnapshotStore(data, seeds, WordEncoder())
    for number in range(3):
        write(seeds, {f"{number}.md": f"# Number {number}\n\n" + "It stands. " * 30})
        build(store)
        before = set(read)
        read.clear()
    assert {"documents.sqlite", "meta.json", "removed.npy"} <= before
    assert len(before) == len(set(before))
    build(store)
    assert read == []
    store.newest()
    assert read == []


def test_several_processes_answer_from_one_snapshot_mapped_into_each(built: Path, data: Path, seeds: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from index.store import SnapshotStore\n"
        "from tests.builders import WordEncoder\n"
        "snapshot = SnapshotStore(Path(sys.argv[1]), Path(sys.argv[2]), WordEncoder()).current()\n"
        "found = snapshot.vectors.search(WordEncoder().encode_question('dam'), 1)[0][0]\n"
        "print(found, Path('/proc/self/maps').read_text().count(sys.argv[3]), flush=True); sys.stdin.read()"
    )
    segment = built / "vectors" / "000001.faiss"
    arguments = [sys.executable, "-c", program, str(data), str(seeds), str(segment)]
    others = [subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    for other in others:
        assert other.stdout is not None and other.stdout.readline() == b"1 1\n"
    assert opened(data, seeds).vectors.search(WordEncoder().encode_question("dam"), 1)[0][0] == 1
    for other in others:
        other.communicate()
        assert other.returncode == 0
