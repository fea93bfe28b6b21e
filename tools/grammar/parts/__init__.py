"""Constituents that the templates share: subjects, objects, places, times, and who does what where.

Two families. The plain one (``people``, ``things``, ``adverbials``, ``frames``) keeps close to what a verb asks for,
and serves templates of one construction each. The free one (``subjects``, ``noun_phrases``, ``spots``, ``moments``,
``predicates``) combines every determiner, adjective, place and time, and serves the core statements and those templates
whose phrases should vary as much. ``agreement`` serves both.
"""
