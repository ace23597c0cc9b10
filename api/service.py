"""The parts of a running Seedbed, put together in one place for the server and the command line."""

from dataclasses import dataclass

from api.settings import Settings
from index.encoding import Encoder, SentenceTransformerEncoder
from index.store import SnapshotStore
from index.watch import Watcher
from qa.answerer import Answerer
from qa.sentence_reader import SentenceReader


@dataclass(frozen=True, slots=True)
class Service:
    """Everything a request needs."""

    settings: Settings
    encoder: Encoder
    store: SnapshotStore
    watcher: Watcher
    answerer: Answerer


def assemble(settings: Settings, encoder: Encoder | None = None) -> Service:
    """Put the parts together; nothing is loaded or read yet."""
    encoder = encoder or SentenceTransformerEncoder(settings.encoder)
    store = SnapshotStore(settings.data, settings.seeds, encoder)
    answerer = Answerer(store, SentenceReader(encoder), settings.floor)
    return Service(settings, encoder, store, Watcher(store), answerer)
