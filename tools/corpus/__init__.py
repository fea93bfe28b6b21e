"""The grammar behind ``data/corpus``: words, phrases, templates, splits."""
