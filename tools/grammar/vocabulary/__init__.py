"""The words: tables of nouns, verbs, times and places, and what each Chinese token means."""
