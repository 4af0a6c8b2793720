"""Text before the model reads it: files, tables, sets of sentences, words and rewordings."""
