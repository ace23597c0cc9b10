"""Conversations, kept in SQLite in the data folder: bounded in number, length and age, and there after a restart."""

import json
import secrets
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import UnknownConversation
from qa.conversation import Turn

_SCHEMA = """
create table if not exists conversations (id text primary key, touched real not null);
create table if not exists turns (
    number integer primary key autoincrement,
    conversation text not null references conversations (id) on delete cascade,
    question text not null, understood text not null, answers text not null, reply blob
);
create index if not exists turns_of on turns (conversation, number);
"""
_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A turn and its reply as JSON, as it was given; None where an older version kept no replies."""

    turn: Turn
    reply: str | None


class Conversations:
    """The conversations of one data folder; the file is made with the first turn that is kept.

    Beyond `most`, those that rested longest are forgotten, as are those that rest for more than `days`; of each, the
    last `longest` turns are kept, each with its reply, so that a page can show it again. Every call has its own
    connection, so any thread may call.
    """

    def __init__(self, file: Path, most: int, longest: int, days: float) -> None:
        self._file = file
        self._most = most
        self._longest = longest
        self._seconds = days * _DAY
        self._preparing = threading.Lock()
        self._prepared = False

    @staticmethod
    def new_id() -> str:
        """Return an id that nobody can guess: whoever has it can read the conversation."""
        return secrets.token_urlsafe(16)

    def turns(self, conversation: str) -> list[Turn]:
        """Return the turns of a conversation, oldest first. Raises UnknownConversation."""
        return [_turn(*row) for row in self._rows("question, answers, understood", conversation)]

    def kept(self, conversation: str) -> list[KeptTurn]:
        """Return the turns of a conversation with their replies, oldest first. Raises UnknownConversation."""
        rows = self._rows("question, answers, understood, reply", conversation)
        return [KeptTurn(_turn(*row), reply and zlib.decompress(reply).decode()) for *row, reply in rows]

    def add(self, conversation: str, turn: Turn, reply: str | None = None, continues: bool = False) -> None:
        """Keep a turn with its reply (JSON), of a new conversation too, and forget what is beyond the bounds.

        One that it only `continues` may have been forgotten while the question was answered; then it stays forgotten.
        """
        now = time.time()
        packed = reply and zlib.compress(reply.encode())
        with self._connected() as connection:
            touched = connection.execute("update conversations set touched = ? where id = ?", [now, conversation])
            if touched.rowcount == 0:
                if continues:
                    return
                connection.execute("insert into conversations values (?, ?)", [conversation, now])
            connection.execute(
                "insert into turns (conversation, question, understood, answers, reply) values (?, ?, ?, ?, ?)",
                [conversation, turn.question, turn.understood or turn.question, json.dumps(turn.answers), packed],
            )
            connection.execute(
                "delete from turns where conversation = ? and number not in"
                " (select number from turns where conversation = ? order by number desc limit ?)",
                [conversation, conversation, self._longest],
            )
            connection.execute("delete from conversations where touched < ?", [now - self._seconds])
            connection.execute(
                "delete from conversations where id not in"
                " (select id from conversations order by touched desc, rowid desc limit ?)",
                [self._most],
            )

    def remove(self, conversation: str) -> None:
        """Forget a conversation. Raises UnknownConversation."""
        with self._connected() as connection:
            self._check(connection, conversation)
            connection.execute("delete from conversations where id = ?", [conversation])

    def _rows(self, columns: str, conversation: str) -> list[tuple[Any, ...]]:
        with self._connected() as connection:
            self._check(connection, conversation)
            return connection.execute(
                f"select {columns} from turns where conversation = ? order by number", [conversation]
            ).fetchall()

    def _check(self, connection: sqlite3.Connection, conversation: str) -> None:
        since = time.time() - self._seconds
        known = connection.execute(
            "select 1 from conversations where id = ? and touched >= ?", [conversation, since]
        ).fetchone()
        if known is None:
            raise UnknownConversation(
                "this conversation is not known, or was forgotten; ask without conversation_id to begin a new one"
            )

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction; another one that writes is waited for."""
        with self._preparing:
            if not (self._prepared and self._file.exists()):
                self._prepare()
        connection = sqlite3.connect(self._file, timeout=30)
        try:
            connection.execute("pragma foreign_keys = on")
            with connection:
                yield connection
        finally:
            connection.close()

    def _prepare(self) -> None:
        """Make the file, or bring that of an older version up to date."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._file, timeout=30)
        try:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(_SCHEMA)
            if "reply" not in [column for _, column, *_ in connection.execute("pragma table_info(turns)")]:
                connection.execute("alter table turns add column reply blob")
        finally:
            connection.close()
        self._prepared = True


def _turn(question: str, answers: str, understood: str) -> Turn:
    return Turn(question, tuple(json.loads(answers)), understood)
