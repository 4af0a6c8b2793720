"""An untrained model of each kind, all of the same parts: BERT's layers, of the same size.

The decoder is a BERT whose attention is masked: transformers builds it of the same layers and the same head, so that an
encoder and a decoder have the same numbers of parameters, and nothing but the mask and what they are asked tells them
apart. The encoder–decoder joins a BERT to such a decoder, whose layers have a second attention, to what the first has
read (Vaswani et al. 2017, "Attention Is All You Need"; of two BERTs: Rothe et al. 2020, "Leveraging Pre-trained
Checkpoints for Sequence Generation Tasks").
"""

import torch
from transformers import BertLMHeadModel, BertModel, EncoderDecoderModel, PreTrainedModel

from components.core.languages.language import ToyLanguage
from components.core.languages.translation import other_language
from components.core.training.settings import Kind, TrainingSettings
from components.core.training.tiny_model import FIRST, LAST, PAD, SPECIAL, config_of, model_of, without_positions


def untrained(language: ToyLanguage, settings: TrainingSettings) -> PreTrainedModel:
    """Return the model of the settings' kind; the same settings give the same weights.

    Raises GrammarError for an encoder–decoder of a language without translations.
    """
    if settings.kind is Kind.ENCODER:
        return model_of(language, settings)
    return decoder_of(language, settings) if settings.kind is Kind.DECODER else translator_of(language, settings)


def decoder_of(language: ToyLanguage, settings: TrainingSettings) -> BertLMHeadModel:
    """Return a decoder that reads a language."""
    torch.manual_seed(settings.seed)
    config = config_of(language, settings)
    config.is_decoder = True
    return without_positions(BertLMHeadModel(config), settings)


def translator_of(language: ToyLanguage, settings: TrainingSettings) -> EncoderDecoderModel:
    """Return an encoder of a language with a decoder of the language into which it is translated.

    Raises GrammarError if an alternative says no translation.
    """
    other = config_of(other_language(language), settings)
    other.is_decoder = other.add_cross_attention = True
    torch.manual_seed(settings.seed)
    encoder = BertModel(config_of(language, settings), add_pooling_layer=False)
    model = EncoderDecoderModel(encoder=encoder, decoder=BertLMHeadModel(other))
    # For those who let transformers generate.
    model.generation_config.decoder_start_token_id = SPECIAL.index(FIRST)
    model.generation_config.eos_token_id = SPECIAL.index(LAST)
    model.generation_config.pad_token_id = SPECIAL.index(PAD)
    return without_positions(model, settings)
