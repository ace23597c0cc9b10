"""The parts of a running Seedbed, put together in one place for the server and the command line."""

from dataclasses import dataclass
from pathlib import Path

from api.conversations import Conversations
from api.settings import Settings
from api.suggestions import Suggestions
from index.bundled_encoder import BundledEncoder
from index.encoding import BUNDLED, Encoder, SentenceTransformerEncoder
from index.formats.isolation import Limits
from index.store import SnapshotStore
from index.watch import Watcher
from qa.answerer import Answerer
from qa.confidence import FITTED, Confidence
from qa.span_reader import SpanReader


@dataclass(frozen=True, slots=True)
class Service:
    """Everything a request needs."""

    settings: Settings
    encoder: Encoder
    store: SnapshotStore
    watcher: Watcher
    reader: SpanReader
    answerer: Answerer
    conversations: Conversations
    suggestions: Suggestions


def assemble(settings: Settings, encoder: Encoder | None = None) -> Service:
    """Put the parts together; the models are not loaded, and nothing is read yet. Raises ReaderUnavailable."""
    encoder = encoder or encoder_named(settings.encoder)
    limits = Limits(settings.longest_reading, settings.reading_memory)
    store = SnapshotStore(settings.data, settings.seeds, encoder, limits)
    reader = SpanReader()
    answerer = Answerer(store, reader, Confidence.load(confidence_file(settings)), settings.floor)
    conversations = Conversations(
        settings.data / "conversations.sqlite",
        settings.most_conversations,
        settings.longest_conversation,
        settings.conversation_days,
    )
    return Service(settings, encoder, store, Watcher(store), reader, answerer, conversations, Suggestions(answerer))


def encoder_named(name: str) -> Encoder:
    """Return the encoder that Seedbed ships with, or any other sentence-transformers model; it is not loaded yet."""
    return BundledEncoder() if name == BUNDLED else SentenceTransformerEncoder(name)


def confidence_file(settings: Settings) -> Path:
    """Return where the confidence in force is kept: that fitted to one's own questions, else the one we ship."""
    own = own_confidence_file(settings)
    return own if own.exists() else FITTED


def own_confidence_file(settings: Settings) -> Path:
    """Return where `seedbed calibrate` keeps the confidence it fits."""
    return settings.data / "confidence.json"
