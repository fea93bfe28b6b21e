"""Constituents that the templates share: subjects, objects, places, times, and who does what where."""
