"""Sentence map: many sentences by their meaning, as dots, groups and neighbours, and the errors of such a map."""

from dataclasses import replace
from functools import partial

from components.ui import not_kept
from components.ui.caches.sentence_sets import EncodingRequest, has_unit_vectors
from components.ui.page import read_model, stop_on_error
from components.ui.progress import ensure_unit_vectors, is_stopped
from components.ui.sentence_map import (
    added_sentences,
    controls,
    details,
    groups,
    landing,
    quality,
    representations,
    selection,
    sentences,
    summary,
)
from components.ui.sentence_map.maps import draw_marks
from components.ui.sentence_map.selected import SelectionScreen
from components.ui.sentence_map.session import SentenceMap
from components.ui.stage.stage import Stage

SELECTION, COMPARED, GROUPS, COUNTS = "the selection", "compared", "groups", "how many"
KINDS, WRONG = "four kinds", "its errors"

stage = Stage("Sentence map")
model, encoder = read_model()
with stage.own_data():
    sentences.ask()
with stage.control(SELECTION):
    added_sentences.ask()
with stage.control(SELECTION, COMPARED):
    phrase = selection.ask_for_phrase()
    sentences.offer_traps()
with stage.control(WRONG):
    method, dimensions = controls.pick_method()
with stage.control(GROUPS, COUNTS):
    grouping = controls.pick_grouping()
with stage.more():
    way = selection.pick_way_to_find()
    kind, fast = controls.pick_vectors()
    settings = controls.pick_settings(method, dimensions)
with stage.in_place_of_title():
    sentence_set = sentences.read(model)
stage.say_what_is_read("", sentences.describe(sentence_set))
with stage.more():
    colours = controls.pick_colours(sentence_set.labels is not None)
with stage.news():
    added_sentences.draw_problem()
    search = selection.search_for(phrase, way)
    sentences.draw_result_of_upload(sentence_set)
request = EncodingRequest(model, sentence_set, kind, fast)
if not has_unit_vectors(request):
    with stage.working(*summary.while_encoding(sentence_set, is_stopped(request))):
        ensure_unit_vectors(request)
with stage.news():
    sentences.draw_too_long(sentence_set, model, encoder)
    not_kept.draw()
added = landing.added_to(sentence_set, asks=stage.shows(SELECTION))
session = SentenceMap(encoder, request, settings, replace(grouping, seed=settings.seed), added, search)
selected = selection.selected_indices(session)
focus = selection.focus_of(session, selected)
first = SelectionScreen(session, selected, focus, colours)
with stop_on_error("This map cannot be made", controls.offer_quick_methods):
    stage.run(
        {
            SELECTION: first.draw,
            COMPARED: partial(details.draw_compared, session, selected),
            GROUPS: partial(groups.draw, session),
            COUNTS: partial(groups.draw_counts, session),
            KINDS: partial(representations.draw, session, colours),
            WRONG: partial(quality.draw, session, colours),
        }
    )
kinds = representations.kinds_shown(session) if stage.shows(KINDS) else ()
draw_marks(session, selected, focus, kinds, first.asked)
