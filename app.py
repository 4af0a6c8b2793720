"""Encoderscope. `streamlit run app.py` serves it, and so does any ASGI server: `uvicorn app:app`.

The file runs once to start the server, and again for each run of a page.
"""

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.ui import serving, site
from components.ui.compressed_files import CompressedFiles
from components.ui.phones.routes import routes

if get_script_run_ctx(suppress_warning=True) is None:
    app = st.App(
        __file__,
        routes=routes(),
        lifespan=serving.warmed,
        on_script_error=serving.apologise,
        middleware=[Middleware(CompressedFiles)],
    )
else:
    site.draw()
