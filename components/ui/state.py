"""The names under which widgets keep their values, in the session and in the address bar.

A value that belongs to the view a link restores is bound to the query parameter of the same name.
"""

from typing import Final, Literal

TEXT: Final = "text"
MODEL: Final = "model"
CUT: Final = "cut"
LAYER: Final = "layer"
HEAD: Final = "head"
WORDS_ONLY: Final = "words_only"
TOKEN: Final = "token"
QUERY: Final = "query"
KEY: Final = "key"
OPENED_HEAD: Final = "opened_head"
POSITION: Final = "position"
DIMENSION: Final = "dimension"
ALL_POSITIONS: Final = "all_positions"
SHOWN: Final = "shown"
POSITIONS_MODE: Final = "positions"
WORDS_TYPED: Final = "words"
FIRST: Final = "first"
SECOND: Final = "second"
CUT_FIRST: Final = "cut_first"
CUT_SECOND: Final = "cut_second"
ORDERED_WORDS: Final = "ordered_words"
CHANGED_HEAD: Final = "changed_head"
WORD: Final = "word"
SENTENCES: Final = "sentences"
STEP: Final = "step"
OCCURRENCE: Final = "occurrence"
SPECIAL_TOO: Final = "special_too"
PRONOUN_PAIR: Final = "pronoun_pair"
FIGURE_FORMAT: Final = "figure_format"

#: What every widget whose value a link should restore is given.
IN_URL: Final[Literal["query-params"]] = "query-params"
