"""The title of the Tokens page and the notes under the tokens."""

from markupsafe import Markup

from components.core import Encoder
from components.core.tokens.tokens import Tokens, Word
from components.ui.page import markup, shorten
from components.ui.wording import format_count, join_list


def split_words(tokens: Tokens) -> list[Word]:
    """Return the words of several tokens, each once, the one with the most tokens first."""
    words = list({word.text: word for word in tokens.words if len(word.token_indices) > 1}.values())
    if words:
        longest = max(words, key=lambda word: len(word.token_indices))
        words = [longest, *(word for word in words if word is not longest)]
    return words


def finding(tokens: Tokens) -> str:
    """Return the title: the word with the most pieces, else the unknown tokens, if there are any."""
    split = split_words(tokens)
    if split:
        return f"“{shorten(split[0].text, 40)}” is split into {len(split[0].token_indices)} pieces"
    unknown = int(tokens.unknown.sum())
    if unknown:
        return f"{format_count(unknown, 'token')} here stand{'s' if unknown == 1 else ''} for something unknown"
    return "Here every word is one token"


def lead(encoder: Encoder, tokens: Tokens) -> str:
    """Return the sentence under the title."""
    return (
        f"The model knows {len(encoder.vocabulary):,} pieces of text and can read nothing else. "
        f"Under each word are its tokens, with their numbers in that list: {format_count(len(tokens.words), 'word')} "
        f"and {format_count(int(tokens.special.sum()), 'special token')} make {len(tokens.tokens)} tokens."
    )


def draw_notes(tokens: Tokens) -> None:
    """Explain the special tokens and the unknown ones, if there are any."""
    notes = [note for note in (_about_special(tokens), _about_unknown(tokens)) if note]
    if notes:
        markup(Markup('<p class="es-note">{}</p>').format(" ".join(notes)))


def _about_special(tokens: Tokens) -> str:
    labels = list(dict.fromkeys(label for label, added in zip(tokens.labels, tokens.special, strict=True) if added))
    if not labels:
        return ""
    added = [f"{tokens.labels[0]} at the start of the text"] if tokens.special[0] else []
    added += [f"{tokens.labels[-1]} at the end"] if tokens.special[-1] else []
    return (
        f"{join_list(labels)} (dashed) {'was' if len(labels) == 1 else 'were'} not typed: the tokenizer adds "
        f"{join_list(added)}. Heads that find nothing to look at often look at these."
    )


def _about_unknown(tokens: Tokens) -> str:
    count = int(tokens.unknown.sum())
    if not count:
        return ""
    return (
        f"{format_count(count, 'token')} (red) {'stands' if count == 1 else 'stand'} for text that the vocabulary has "
        "no piece for. The model cannot tell one unknown thing from another."
    )
