"""The stage: each page as a sequence of screens, of which one is shown; Back and Next walk all of them in one line."""
