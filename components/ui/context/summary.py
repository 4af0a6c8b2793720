"""The title and the lead of the Context page."""

from components.core.context.word_occurrences import WordOccurrences
from components.figures.charts.layer_lines import LayerLine
from components.figures.palette import Palette
from components.ui.wording import PRINTS_AS_ONE, format_count, spell_number


def finding(found: WordOccurrences) -> str:
    """The page's title: the word, and the cosines of its vectors."""
    word = found.word.strip()
    if not found.other_sense.any():
        return f"One “{word}” becomes {spell_number(len(found.occurrences))} vectors: {_cosines(found)}"
    if not found.same_sense.any():
        return f"“{word}” in {spell_number(len(found.senses))} senses: {_cosines(found)}"
    within, between = found.mean_cosines(found.same_sense)[-1], found.mean_cosines(found.other_sense)[-1]
    nearest, all_of_them = found.nearest_of_same_sense(), int(found.with_partner.sum())
    verb = "separates"
    if nearest <= all_of_them / 2 or within <= between:
        verb = "does not separate"
    elif nearest < all_of_them:
        verb = "partly separates"
    return f"Context {verb} the senses of “{word}”: cosine {within:.3f} within, {between:.3f} between"


def lead(found: WordOccurrences) -> str:
    """The count of uses whose nearest use has the same sense, and the word embedding that they start from."""
    sentences = []
    if found.other_sense.any() and found.same_sense.any():
        partnered = int(found.with_partner.sum())
        alone = len(found.occurrences) - partnered
        omitted = f"; left out: {format_count(alone, 'use')} without another in the sense." if alone else "."
        sentences.append(
            f"For {found.nearest_of_same_sense()} of {format_count(partnered, 'use')} the nearest use has the same "
            f"sense{omitted}"
        )
    elif not found.other_sense.any():
        sentences.append(
            "To see whether its senses separate, name them: a line that ends in a colon names the sense of those below."
        )
    static = float(found.cosines[0].min())
    if not one_word_embedding(found):
        sentences.append(
            f"Its word embeddings differ (cosine {static:.4f}): in some sentences it is cut into other tokens."
        )
    elif found.cosines[1:].min() > PRINTS_AS_ONE:
        sentences.append("Nothing differs: for the model all of these are the same.")
    else:
        sentences.append(
            f"Its word embedding is the same in every sentence: cosine {static:.4f}. Position and self-attention make "
            "the difference."
        )
    pieces = {len(each.word.token_indices) for each in found.occurrences}
    if pieces == {1}:
        unknown = any(each.tokens.unknown[each.word.token_indices[0]] for each in found.occurrences)
        if unknown:
            sentences.append(
                "The vocabulary does not contain it: it is read as the unknown token, like every such word."
            )
    else:
        count = f"{spell_number(pieces.pop())} pieces" if len(pieces) == 1 else "pieces"
        sentences.append(f"It is cut into {count}; its vector is their mean.")
    return " ".join(sentences)


def one_word_embedding(found: WordOccurrences) -> bool:
    """True if the word starts from the same vector in every sentence."""
    return bool(found.cosines[0].min() > PRINTS_AS_ONE)


def layer_lines_of(found: WordOccurrences, colours: Palette) -> list[LayerLine]:
    """Mean cosines of two uses, step by step: within a sense and between senses, or of all if no senses are named."""
    if not found.other_sense.any():
        return [LayerLine("all pairs", found.mean_cosines(found.same_sense), colours.output, width=3)]
    lines = []
    if found.same_sense.any():
        lines.append(LayerLine("same sense", found.mean_cosines(found.same_sense), colours.output, width=3))
    lines.append(LayerLine("other sense", found.mean_cosines(found.other_sense), colours.query, width=3, dash="dash"))
    return lines


def _cosines(found: WordOccurrences) -> str:
    pairs = found.cosines[-1][found.same_sense | found.other_sense]
    low, high = f"{pairs.min():.3f}", f"{pairs.max():.3f}"
    return f"cosine {low}" if low == high else f"cosines from {low} to {high}"
