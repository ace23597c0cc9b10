"""What can go wrong below the door. Each message is for a person and names the next step.

SeedbedError
├── UnreadableFile        one file of the folder; the others are indexed
│   └── FileUnavailable   it could not even be had; another time it may be
│       └── UnsettledFile   it changes while it is looked at
├── IsolationUnavailable  there is no process to read files in
├── BadQuestion           empty, too long, or not text
├── BadCursor             of another count, or of an older snapshot
├── UnknownDocument       no document has that id or path
├── UnknownConversation   no conversation has that id, or not any more
├── EncoderUnavailable    the model cannot be loaded
├── ReaderUnavailable     the reader's weights cannot be loaded
├── SnapshotUnusable      damaged, half-written or of another version: rebuilt, never served
├── IndexMissing          nothing has been indexed yet
├── IndexNotWritable      the disk is full, or the data folder may not be written to
├── FolderMissing         there is no folder of documents
├── FileRefused           a file that is not put into the folder
│   └── FileExists        since another has its name
├── FolderNotWritable     files cannot be put into the folder, or taken out
├── IgnoreFileUnusable    what it says to leave out cannot be known, so nothing is indexed anew
├── WrongFolder           the index on disk belongs to another folder of documents
└── BuildRunning          another process is building the same index
"""


class SeedbedError(Exception):
    """The base of every error that Seedbed raises on purpose."""


class UnreadableFile(SeedbedError):
    """A file that cannot become a document; the message is the reason, to be read after the file's path."""


class FileUnavailable(UnreadableFile):
    """A file whose bytes could not be read this time."""


class UnsettledFile(FileUnavailable):
    """A file that somebody is writing."""

    def __init__(self) -> None:
        super().__init__("is still being written; it is read as soon as it is finished")


class IsolationUnavailable(SeedbedError):
    """The process that files are read in cannot be started."""


class BadQuestion(SeedbedError):
    """A question, a query or a quote to check that cannot be read as it is."""


class BadCursor(SeedbedError):
    """A cursor that continues no page of what was asked."""


class UnknownDocument(SeedbedError):
    """No document has this id or path."""


class UnknownConversation(SeedbedError):
    """No conversation has this id, or it was forgotten."""


class EncoderUnavailable(SeedbedError):
    """The model that turns text into vectors is missing, damaged or unsuitable."""


class ReaderUnavailable(SeedbedError):
    """The reader's weights cannot be loaded."""


class SnapshotUnusable(SeedbedError):
    """A snapshot that must not be served."""


class IndexMissing(SeedbedError):
    """No snapshot has been built yet."""


class IndexNotWritable(SeedbedError):
    """A build that could not write; the snapshot before it stays."""


class FolderMissing(SeedbedError):
    """The folder of documents does not exist."""


class FileRefused(SeedbedError):
    """A file that cannot be put into the folder; the message is the reason, to be read after the file's name."""


class FileExists(FileRefused):
    """A file whose name is taken."""


class FolderNotWritable(SeedbedError):
    """The folder of documents, or its disk, takes no change."""


class IgnoreFileUnusable(SeedbedError):
    """A `.seedbedignore` that cannot be read."""


class WrongFolder(SeedbedError):
    """The data folder holds the index of another folder of documents."""


class BuildRunning(SeedbedError):
    """Another process holds the build lock of this data folder."""
