"""Overview: the whole way of the sentence through the encoder, at a glance."""

from markupsafe import Markup

from components.ui.overview import steps, summary, thumbnails
from components.ui.overview.station import MOST_TOKENS
from components.ui.page import markup, next_page, read_sentence, title

thumbnails.open_clicked_head()
reading = read_sentence()
trace = reading.trace()
title("The whole way", summary.finding(reading), summary.LEAD)
if trace.num_tokens > MOST_TOKENS:
    note = Markup('<p class="es-note">The strips show the first {} of {} tokens.</p>')
    markup(note.format(MOST_TOKENS, trace.num_tokens))
steps.draw_tokens(reading)
steps.draw_word_embeddings(reading, trace)
steps.draw_positions(reading, trace)
steps.draw_attention(reading, trace)
steps.draw_context_vectors(reading, trace)
steps.draw_sentence_vector(reading, trace)
next_page("pages/encoder/tokens.py", "how the text becomes tokens")
