"""The grammar that makes the corpus: sentences said in two languages at once, with their word alignments."""
