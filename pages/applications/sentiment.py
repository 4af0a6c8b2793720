"""Sentiment: small classifiers on top of the frozen encoder, trained live, beside those of the world before it."""

import streamlit as st

from components.ui import state
from components.ui.frame import next_page, read_model, title
from components.ui.pickers import pick_option
from components.ui.sentiment import (
    amount,
    controls,
    hard_set,
    scored,
    summary,
    switched_off,
    take_along,
    texts,
    training,
    two_orders,
    typed,
)
from components.ui.sentiment.trained import Trained

STEP = "Step 5 of 6 · What the vectors are good for"
TYPED, TRAIN, SCORED = "Type and see", "Train", "How good"
AMOUNT, ORDER, ALONG = "How much data", "Order and context", "Take it along"

model, encoder = read_model()
top = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    texts.ask()
    settings = controls.pick_network()
    controls.offer_examples()
with top:
    found = texts.read(model)
trained = Trained(model, found, settings)
text = controls.ask_for_text(model)
asked_for = pick_option("Look closer", [TYPED, TRAIN, SCORED, AMOUNT, ORDER, ALONG], state.SENTIMENT_ASKED)
with top:
    titled = st.empty()
if not trained.has(("inputs", ())):
    with titled.container():
        title(STEP, summary.while_encoding(found), summary.LEAD)
trained.inputs()
asked = trained.asked(text) if text else None
with st.spinner("Learning …"):
    if asked is not None and asked_for in (TYPED, ORDER):
        verdicts = typed.verdicts(trained, asked)
        said = typed.finding(trained, verdicts)
    else:
        said = summary.finding(trained)
with titled.container():
    title(STEP, said, summary.LEAD)
with top:
    texts.draw_bar(found, model, encoder)
if asked_for == TRAIN:
    training.draw(trained)
elif asked_for == SCORED:
    scored.draw(trained)
elif asked_for == AMOUNT:
    amount.draw(trained)
elif asked_for == ORDER:
    two_orders.draw(trained, text, asked)
    if found.asked_apart:
        hard_set.draw(trained)
    switched_off.draw(trained)
elif asked_for == ALONG:
    take_along.draw(trained)
elif asked is None:
    st.markdown("Type a text above, or pick a hard one.")
else:
    typed.draw(trained, text, asked, verdicts)
next_page("pages/encoder/overview.py", "back to the whole way")
