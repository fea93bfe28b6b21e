"""The glossary: its terms stand in the order in which a reader looks them up."""

import re

from commands import ROOT


def test_terms_are_in_alphabetical_order():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = text.split("|---|---|---|---|\n")[1].split("\n\n")[0].splitlines()
    terms = [re.sub(r"[^a-z0-9]+", " ", row.split("|")[1].lower()).strip() for row in rows]
    assert len(terms) >= 90
    assert terms == sorted(terms)
