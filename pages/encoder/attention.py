"""Attention: every head at once, one of them open, one weight taken apart, and what the encoder does without it."""

from functools import partial

from components.ui.attention import (
    all_heads,
    combined_heads,
    effects,
    grammar,
    head_search,
    interventions,
    norms,
    one_head,
    session,
    single_heads,
    summary,
    weight_derivation,
)
from components.ui.caches.requests import TraceRequest
from components.ui.pickers import pick_head, pick_layer
from components.ui.stage.stage import Stage

stage = Stage("Attention")
reading = stage.read_sentence()
with stage.more():
    second = session.ask_for_second()
with stage.above():
    tokens = session.read_second(reading, second)
with stage.control("change it"):
    changes = interventions.pick_changes(reading.encoder)
with stage.more():
    uniform = interventions.pick_uniform(reading.encoder)
    part = session.ask_for_part(tokens)
request = TraceRequest(reading.model, reading.text, second, changes + uniform)
first_head = session.open_first_head(request.original)
with stage.control("all heads", "one head", "who brought what", "grammar", "over heads"):
    layer = pick_layer(reading.encoder.num_layers, first_head[0])
with stage.control("all heads", "one head", "grammar", "over heads"):
    head = pick_head(reading.encoder.num_heads, first_head[1])
first_pair = session.follow_head(request.original, tokens, layer, head)
with stage.control("one weight", "find the head"):
    query, key = session.ask_for_pair(tokens, first_pair)
view = session.AttentionView(reading, request, tokens, layer, head, query, key, part)
with stage.above():
    summary.draw_reading(view, says_changes=stage.screen != "change it")
stage.run(
    {
        "all heads": partial(all_heads.draw, view),
        "one head": partial(one_head.draw, view),
        "one weight": partial(weight_derivation.draw, view),
        "who brought what": partial(norms.draw, view),
        "find the head": partial(head_search.draw, view),
        "grammar": partial(grammar.draw, view),
        "change it": partial(effects.draw, view),
        "each head off": partial(single_heads.draw, view),
        "over heads": partial(combined_heads.draw, view),
    }
)
