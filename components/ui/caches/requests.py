"""Cache keys: one frozen request for each kind of value that is kept.

A request holds texts, a model's name and settings, never an array. Only a reader who types the same text finds its
value again.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from components.core import Intervention
from components.core.context.pronoun_similarity import WinogradSentence
from components.core.context.relation_heads import RelatedSentence
from components.core.context.word_occurrences import Usage
from components.core.languages.skills import Skill
from components.core.model.attention import TokenSelection
from components.core.model.prompts import TextKind
from components.core.objective.pairs import Pair
from components.core.tokens.tokens import Word
from components.core.training.settings import TrainingSettings


@dataclass(frozen=True)
class TextRequest:
    """A text, or a pair of texts, as a model's tokenizer reads it. A text that is too long is truncated."""

    model: str
    text: str
    second: str | None = None


@dataclass(frozen=True)
class VectorRequest:
    """The vector of a text that a reader types."""

    model: str
    text: str
    kind: TextKind = TextKind.PLAIN
    interventions: tuple[Intervention, ...] = ()


@dataclass(frozen=True)
class TraceRequest:
    """Cache key of a trace: model, texts, interventions.

    A text that is too long is always truncated, so each text has one trace. A page that refuses such a text does so
    before it asks for a trace.
    """

    model: str
    text: str
    second: str | None = None
    interventions: tuple[Intervention, ...] = ()

    @property
    def original(self) -> "TraceRequest":
        """The same without interventions."""
        return replace(self, interventions=())


@dataclass(frozen=True)
class LayerRequest:
    """One layer of a trace, counted from 0."""

    trace: TraceRequest
    layer: int


@dataclass(frozen=True)
class NeuronRequest:
    """What fires each neuron of a model: the file that holds it, and the texts that were read for it."""

    model: str
    file: Path
    texts: tuple[str, ...]


@dataclass(frozen=True)
class KindsRequest:
    """An encoder, a decoder and an encoder–decoder of one toy language, by the folder that holds them."""

    folder: Path


@dataclass(frozen=True)
class KindsSentenceRequest:
    """A sentence of the toy language, as these three read it."""

    models: KindsRequest
    sentence: tuple[str, ...]


@dataclass(frozen=True)
class WritingRequest:
    """What a decoder writes on after a beginning."""

    beginning: KindsSentenceRequest
    temperature: float
    seed: int


@dataclass(frozen=True)
class ComparisonRequest:
    """Two sentences, each with the interventions it is read with."""

    first: TraceRequest
    second: TraceRequest


@dataclass(frozen=True)
class ThumbnailRequest:
    """Pictures of all heads, at most max_side cells high and wide."""

    of: TraceRequest
    max_side: int


@dataclass(frozen=True)
class DifferenceThumbnailRequest:
    """Pictures of what differs in all heads, at most max_side cells high and wide."""

    of: ComparisonRequest
    max_side: int


@dataclass(frozen=True)
class QuantizationRequest:
    """The attention weights of some (layer, head) pairs between some tokens, in at most max_bytes bytes."""

    trace: TraceRequest
    selection: TokenSelection
    heads: tuple[tuple[int, int], ...]
    max_bytes: int


@dataclass(frozen=True)
class CombinedHeadsRequest:
    """All heads of a layer, or of all layers, as one picture. method: as for combine_heads()."""

    trace: TraceRequest
    method: str
    layer: int | None


@dataclass(frozen=True)
class NormsRequest:
    """What each token brings to each other in a layer, or in one of its heads; both are counted from 0."""

    trace: TraceRequest
    layer: int
    head: int | None = None


@dataclass(frozen=True)
class NormSharesRequest:
    """Whose the shares are, on average over texts, in every layer of a model."""

    model: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class HeadSearchRequest:
    """The heads that link two tokens, counted from 0."""

    trace: TraceRequest
    query: int
    key: int


@dataclass(frozen=True)
class PronounRequest:
    """Sentences in which "it" means one of two nouns."""

    model: str
    sentences: tuple[WinogradSentence, ...]


@dataclass(frozen=True)
class RelationsRequest:
    """Sentences with marked relations between their words."""

    model: str
    sentences: tuple[RelatedSentence, ...]


@dataclass(frozen=True)
class LeadsRequest:
    """One head on marked relations, beside the best distance. layer, head: counted from 0."""

    relations: RelationsRequest
    layer: int
    head: int


@dataclass(frozen=True)
class OccurrencesRequest:
    """One word in several sentences."""

    model: str
    word: str
    sentences: tuple[Usage, ...]


@dataclass(frozen=True)
class OcclusionRequest:
    """A word of a sentence, and the other words that are hidden from it one by one."""

    model: str
    sentence: str
    word: Word
    others: tuple[Word, ...]


@dataclass(frozen=True)
class ScoreRequest:
    """The score of a passage, as a number of its question."""

    model: str
    question: str
    passage: str


@dataclass(frozen=True)
class ExplanationRequest:
    """A result of a text, by its name on the page. other: the second text, where the result needs one."""

    model: str
    result: str
    text: str
    other: str = ""


@dataclass(frozen=True)
class HiddenRequest:
    """A result of a text with some of its words hidden, by their indices."""

    explained: ExplanationRequest
    hidden: frozenset[int]


@dataclass(frozen=True)
class OverTextsRequest:
    """A result, by its name on the page, explained on the shipped texts."""

    model: str
    result: str


@dataclass(frozen=True)
class FormationRequest:
    """A training that is done, seen at a sentence with one hidden word."""

    settings: TrainingSettings
    sentence: tuple[str | None, ...]


@dataclass(frozen=True)
class SkillsRequest:
    """A training that is done, and the skills that its model is tested for."""

    settings: TrainingSettings
    skills: tuple[Skill, ...]


@dataclass(frozen=True)
class BlankRequest:
    """A text with blanks, as it was typed."""

    model: str
    text: str


@dataclass(frozen=True)
class BlankLayersRequest:
    """One blank of a text, counted from 0, in all layers."""

    of: BlankRequest
    blank: int


@dataclass(frozen=True)
class PairsRequest:
    """A batch of pairs."""

    model: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class StepRequest:
    """One step of gradient descent on a batch of pairs."""

    of: PairsRequest
    learning_rate: float
