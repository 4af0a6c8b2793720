"""One word in several sentences, and two sentences word by word."""
