"""The By hand page: a whole encoder of 30 numbers, every one of them the reader's to change."""
