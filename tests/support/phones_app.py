"""The routes of the phones without the rest of the app: `uvicorn tests.support.phones_app:app`."""

from starlette.applications import Starlette
from streamlit import config

from components.ui.phones.routes import routes

config.set_option("server.baseUrlPath", "/school/app/")
app = Starlette(routes=routes())
