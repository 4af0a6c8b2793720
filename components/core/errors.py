"""Errors whose message is written for the reader.

Each says what is wrong, how many, and what to do. Pages catch these and nothing else: any other
exception is a bug and must look like one.
"""


class EncoderscopeError(Exception):
    """Base of all errors whose message may be shown as it stands."""


class SentenceError(EncoderscopeError):
    """A text that cannot be read: empty, too long, or not text at all."""


class UploadError(EncoderscopeError):
    """A file that cannot be read as sentences."""


class ModelError(EncoderscopeError):
    """A model that cannot be opened, or whose attention cannot be recorded."""


class InterventionError(EncoderscopeError):
    """An intervention that does not fit the model or the sentence."""


class MapError(EncoderscopeError):
    """A map, or groups, that this number of sentences does not allow."""


class ChunkingError(EncoderscopeError):
    """Settings by which no document can be divided into chunks."""


class SearchError(EncoderscopeError):
    """A way of searching that cannot be used on these documents."""


class TemplateError(EncoderscopeError):
    """A prompt template that lacks a placeholder it needs."""


class GenerationError(EncoderscopeError):
    """A language model that cannot be asked, or whose answer is missing or incomplete."""


class StoreError(EncoderscopeError):
    """Documents, or an index of them, that cannot be stored or reached."""


class LessonError(EncoderscopeError):
    """A lesson file that cannot be read; the message names the line and the field."""


class AnswerError(EncoderscopeError):
    """An answer that does not fit its question."""


class RoomError(EncoderscopeError):
    """A room that is not there, is full, or is not the asker's own."""


class GrammarError(EncoderscopeError):
    """A grammar that cannot be read, or writes no sentences that fit; the message names the line."""


class TrainingError(EncoderscopeError):
    """A training that cannot begin, or that has ended before its end."""
