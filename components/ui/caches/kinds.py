"""An encoder, a decoder and an encoder–decoder of one toy language, and what they make of a sentence."""

from components.core.kinds import translating, writing
from components.core.kinds.attention_of_kinds import (
    DecoderAttention,
    EncoderAttention,
    decoder_attention,
    encoder_attention,
    translator_attention,
)
from components.core.kinds.knowledge import Knowledge, knowledge
from components.core.kinds.models import KindModels, open_kinds
from components.core.kinds.translating import Translation, Translations
from components.core.kinds.writing import Step
from components.ui.caches.memo import memoized
from components.ui.caches.requests import (
    KindsRequest,
    KindsSentenceRequest,
    WritingRequest,
)

_FOLDERS, _SENTENCES = 4, 256


@memoized(_FOLDERS)
def models(request: KindsRequest) -> KindModels:
    """Read the three models, some 500 kB in all."""
    return open_kinds(request.folder)


@memoized(_SENTENCES)
def encoder_attention_on(request: KindsSentenceRequest) -> EncoderAttention:
    """Return the encoder's attention on a sentence."""
    return encoder_attention(models(request.models), request.sentence)


@memoized(_SENTENCES)
def decoder_attention_on(request: KindsSentenceRequest) -> DecoderAttention:
    """Return the decoder's attention on a sentence."""
    return decoder_attention(models(request.models), request.sentence)


@memoized(_SENTENCES)
def translator_attention_on(request: KindsSentenceRequest) -> DecoderAttention:
    """Return the attention of the encoder–decoder while it translates a sentence."""
    return translator_attention(models(request.models), request.sentence)


@memoized(_SENTENCES)
def known_words(request: KindsSentenceRequest) -> Knowledge:
    """Return what each kind knows of each word of a sentence."""
    return knowledge(models(request.models), request.sentence)


@memoized(_SENTENCES)
def written(request: WritingRequest) -> tuple[Step, ...]:
    """Return what the decoder writes, word by word."""
    opened = models(request.beginning.models)
    return writing.write_on(opened, request.beginning.sentence, request.temperature, request.seed)


@memoized(_SENTENCES)
def translation(request: KindsSentenceRequest) -> Translation:
    """Return the translation of a sentence, and where the model looked for each word."""
    return translating.translation_of(models(request.models), request.sentence)


@memoized(_FOLDERS)
def all_translations(request: KindsRequest) -> Translations:
    """Translate all sentences of the language."""
    return translating.translations(models(request))
