"""Write the page: ``.venv/bin/python -m tests.decisions``."""

from .page import PAGE, page

PAGE.write_text(page())
