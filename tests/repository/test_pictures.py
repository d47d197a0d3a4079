"""The pictures of the documents: each that is shown is there, and each that is there is shown."""

import re

from .sources import ROOT

_SHOWN = re.compile(r"images/([\w-]+\.png)")


def test_the_documents_show_the_pictures_that_there_are() -> None:
    documents = (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
    shown = {name for document in documents for name in _SHOWN.findall(document.read_text())}
    assert shown == {path.name for path in (ROOT / "docs" / "images").iterdir()}
