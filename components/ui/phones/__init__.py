"""The phones of a class: their page, and what it asks of the server. They open no Streamlit session."""
