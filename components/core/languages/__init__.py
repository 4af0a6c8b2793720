"""Toy languages: a grammar of a few rules, its sentences, and what is known of a hidden or a next word at best."""
