"""The names under which widgets keep their values, in the session and in the address bar, page by page.

A value that a link restores is bound (`bind=IN_URL`) to the query parameter of the same name, so such a name never
changes. Keys of figures are not listed: each figure names its own, and its saved files have that name too.
"""

from dataclasses import dataclass
from typing import Final, Literal

#: Given to every widget whose value a link restores.
IN_URL: Final[Literal["query-params"]] = "query-params"


class Shared:
    """Values that several pages share."""

    TEXT: Final = "text"
    MODEL: Final = "model"
    TRUNCATE: Final = "cut"
    LAYER: Final = "layer"
    HEAD: Final = "head"
    DIMENSION: Final = "dimension"
    POSITIONS: Final = "positions"
    STOPPED_ENCODING: Final = "stopped"
    EXAMPLE: Final = "example"
    ENCODING_PROGRESS: Final = "reached"
    STOP_ENCODING: Final = "stop_encoding"
    TABLES_READ: Final = "texts_read"
    TRAINED: Final = "trained_models"


@dataclass(frozen=True)
class Table:
    """A table that readers bring along: the file, and how it is read. None of it is in the address."""

    noun: str  # for what is in a row; it keeps one page's table apart from another's
    other: str = "label"  # for what the second column holds

    @property
    def file(self) -> str:
        """The box that takes the file."""
        return f"{self.noun}_file"

    @property
    def read(self) -> str:
        """The file as it is read."""
        return f"{self.noun}s_uploaded"

    @property
    def problem(self) -> str:
        """Why the last file was refused."""
        return f"{self.noun}s_refused"

    @property
    def refused_choice(self) -> str:
        """Why the last choice of how the file is read was refused."""
        return f"{self.noun}_choice_refused"

    @property
    def encoding(self) -> str:
        """The encoding that is chosen."""
        return f"{self.noun}_encoding"

    @property
    def delimiter(self) -> str:
        """The delimiter that is chosen."""
        return f"{self.noun}_delimiter"

    @property
    def first_row(self) -> str:
        """How the first row is read."""
        return f"{self.noun}_first_row"

    @property
    def column(self) -> str:
        """The column that is chosen for the texts."""
        return f"{self.noun}_column"

    @property
    def other_column(self) -> str:
        """The column that is chosen beside it."""
        return f"{self.noun}_{self.other}_column"


class Stage:
    """Which screen of a page is shown, and how."""

    SCREEN: Final = "screen"
    PAGE: Final = "page_shown"
    ASK_FIRST: Final = "ask"
    GUESSES: Final = "guesses"
    PRESENT: Final = "present"
    NOTES: Final = "notes"
    TEXT_SCALE: Final = "text_scale"
    OWN_DATA: Final = "own_data"
    CARRIED: Final = "carried"


class Classroom:
    """A class that answers from its phones."""

    ROOM: Final = "room"
    SECRET: Final = "room_secret"
    OPENED: Final = "room_opened"
    PROBLEM: Final = "room_problem"
    UNASKED: Final = "shown_unasked"
    LEADS: Final = "room_led"
    CODE: Final = "room_code"
    DEVICE: Final = "room_device"
    FOLLOWS: Final = "room_followed"
    OPEN_BESIDE: Final = "open_room_beside"
    OPEN: Final = "open_room"
    LEAVE: Final = "leave_room"
    CLOSE_TEXTS: Final = "close_texts"
    ASK_FOR_TEXTS: Final = "ask_for_texts"
    SEEN_TEXTS: Final = "texts_seen"
    READS_HERE: Final = "read_texts_here"


class Lesson:
    """A lesson under way."""

    LESSON: Final = "lesson"
    STOP: Final = "stop"
    OWN: Final = "own_lesson"
    FILE: Final = "lesson_file"
    MENU: Final = "lesson_menu"


class Overview:
    """The Overview page."""

    OPENED_HEAD: Final = "opened_head"
    OPENED_PAGE: Final = "opened_page"
    TOKEN: Final = "followed_token"


class ByHand:
    """The By hand page."""

    LANGUAGE: Final = "language"
    SENTENCE: Final = "sentence"
    NUMBERS: Final = "numbers"
    SOLUTION: Final = "solution"
    PUZZLE: Final = "puzzle"
    ANSWERS: Final = "answers"
    KEPT: Final = "numbers_kept"
    ECHO: Final = "numbers_heard"


class TrainOne:
    """The Train one page."""

    GRAMMAR: Final = "grammar"
    SHIPPED: Final = "shipped_language"
    LAYERS: Final = "toy_layers"
    HEADS: Final = "toy_heads"
    WIDTH: Final = "toy_width"
    POSITIONS: Final = "toy_positions"
    HIDING: Final = "toy_hidden"
    SEED: Final = "toy_seed"
    BLANK: Final = "toy_blank"
    OPEN: Final = "open_trained"
    DOWNLOAD: Final = "download_trained"


class Tokens:
    """The Tokens page."""

    VOCABULARY_SEARCH: Final = "wanted"
    WORD: Final = "word_split"


class Embeddings:
    """The Embeddings page."""

    TOKEN: Final = "token"
    WORDS_TYPED: Final = "words"
    WORDS_SHOWN: Final = "words_as"


class Positions:
    """The Positions page."""

    POSITION: Final = "position"
    ALL_POSITIONS: Final = "all_positions"


class Attention:
    """The Attention page."""

    WORDS_ONLY: Final = "words_only"
    QUERY: Final = "query"
    KEY: Final = "key"
    PAIR_OWNER: Final = "pair_owner"
    OPENED_BY_PAGE: Final = "head_opened_by_page"
    SHOWN: Final = "shown"
    SECOND_TEXT: Final = "joined"
    BLOCK: Final = "block"
    ROLE: Final = "role"
    OVERLAID: Final = "overlaid"
    LEAST_SHARE: Final = "share"
    HEADS_OFF: Final = "heads_off"
    UNIFORM_HEAD: Final = "uniform"
    MASK: Final = "seen"
    POSITIONS_OFF: Final = "positions_off"
    CALCULATION_STEP: Final = "calculation_step"
    OVER_HEADS: Final = "over_heads"
    SWITCH_HEAD: Final = "switch_this_head"
    MEASURE: Final = "measure"
    ONE_HEAD: Final = "one_head"


class OneLayer:
    """The One layer page."""

    TOKEN: Final = "layer_token"
    NEURON: Final = "neuron"
    NEURON_OWNER: Final = "neuron_owner"
    OFF: Final = "off"


class WordOrder:
    """The Word order page."""

    FIRST: Final = "first"
    SECOND: Final = "second"
    TRUNCATE_FIRST: Final = "cut_first"
    TRUNCATE_SECOND: Final = "cut_second"
    ORDERED_WORDS: Final = "ordered_words"
    CHANGED_HEAD: Final = "changed_head"
    PAIR: Final = "pair"
    SIDE: Final = "side"
    LED_BY: Final = "pair_led_by"
    SWAP_ONE: Final = "swap_one"
    SWAP_OTHER: Final = "swap_other"


class Context:
    """The Context page."""

    WORD: Final = "word"
    SENTENCES: Final = "sentences"
    STEP: Final = "step"
    OCCURRENCE: Final = "occurrence"
    WITH_SPECIAL_TOKENS: Final = "special_too"
    PRONOUN_PAIR: Final = "pronoun_pair"
    SHIPPED_WORD: Final = "shipped_word"
    LED_BY: Final = "word_led_by"
    FOLLOWED: Final = "followed"
    BESIDE_PATHS: Final = "beside_paths"


class SentenceMap:
    """The Sentence map page."""

    SOURCE: Final = "source"
    PASTED: Final = "pasted"
    FAST: Final = "fast"
    ADDED: Final = "added"
    SELECTED: Final = "selected"
    PICKED: Final = "picked"
    FIND: Final = "find"
    FIND_BY: Final = "find_by"
    REPRESENTATION: Final = "vectors"
    METHOD: Final = "map"
    DIMENSIONS: Final = "dimensions"
    NEIGHBOURS: Final = "neighbours"
    MIN_DISTANCE: Final = "min_distance"
    SEED: Final = "seed"
    COLOURED_BY: Final = "coloured_by"
    COLOURED_WITHOUT_LABELS: Final = "coloured"
    GROUPED_BY: Final = "grouped_by"
    GROUP_COUNT: Final = "groups"
    SMALLEST_GROUP: Final = "smallest_group"
    VIEW: Final = "map_asked"
    SILHOUETTES_WANTED: Final = "silhouettes_wanted"
    SELECTION_TABLE: Final = "selection_table"
    TRAP: Final = "trap"
    SENTENCE_TO_ADD: Final = "sentence_to_add"
    PROBLEM_OF_ADDED: Final = "problem_of_added"
    GUESS: Final = "guess_on_the_map"

    @staticmethod
    def group_name(digest: str) -> str:
        """The name that a reader gives a group. digest: of its sentences."""
        return f"group_name_{digest}"


class Retrieval:
    """The Live retrieval page."""

    CORPUS: Final = "corpus"
    TAB_KEY: Final = "tab_key"
    INTERRUPTED: Final = "interrupted"
    DOCUMENT_PASTED: Final = "document_pasted"
    CHUNK_UNIT: Final = "chunks_by"
    CHUNK_TOKENS: Final = "chunk_tokens"
    CHUNK_SENTENCES: Final = "chunk_sentences"
    CHUNK_PARAGRAPHS: Final = "chunk_paragraphs"
    CHUNK_PERCENTILE: Final = "chunk_percentile"
    CHUNK_OVERLAP: Final = "overlap"
    QUESTION: Final = "question"
    K: Final = "k"
    SEARCHED_DOCUMENTS: Final = "in"
    VIEW: Final = "retrieval"
    RANKED_BY: Final = "ranked_by"
    THRESHOLD: Final = "threshold"
    STEMMED: Final = "stems"
    ASKED_BEFORE: Final = "asked_before"
    PASSAGE: Final = "passage"
    PASSAGE_AGAINST: Final = "against"
    DIVIDED_AMONG: Final = "divided_among"
    SPECIAL_COUNTED: Final = "special_tokens"
    OWN_QUESTIONS: Final = "own_questions"
    FAILURES_OF: Final = "failures_of"
    SIZES_WANTED: Final = "sizes_wanted"
    SIZES_COMPARED: Final = "sizes_compared"
    PASSAGE_EXPLAINED: Final = "passage_explained"
    PASSAGES_COLOURED: Final = "passages_coloured"
    PASSAGE_CLICKED: Final = "passage_clicked"
    FAILURE: Final = "goes_wrong"
    DOCUMENT_SHOWN: Final = "document_shown"
    PROMPT_TEMPLATE: Final = "prompt_template"
    PROMPT_BUDGET: Final = "token_budget"
    COVERED_FROM: Final = "covered_from"
    ANSWER: Final = "answer"
    FAILURE_PICKED: Final = "lesson_picked"
    RESET_TEMPLATE: Final = "reset_beside_problem"
    SHIPPED_QUESTION: Final = "shipped_question"
    ASKED_AGAIN: Final = "asked_again"
    QUESTION_FILES: Final = "question_files"
    QUESTION_PROBLEM: Final = "question_problem"
    QUESTIONS_REJECTED: Final = "questions_left_out"
    QUESTIONS_JUDGED: Final = "questions_judged"
    DOCUMENT_FILES: Final = "document_files"
    DOCUMENT_OWNER: Final = "document_owner"
    DOCUMENT_PROBLEMS: Final = "document_problems"
    DOCUMENTS_BEGUN: Final = "documents_begun"
    DOCUMENTS_ADDED: Final = "documents_added"
    DOCUMENTS_THERE: Final = "documents_there"
    DOCUMENTS_LOST: Final = "documents_lost"
    DOCUMENTS_DOUBTED: Final = "documents_doubted"
    INDEXED: Final = "prepared_documents"
    MARKS_THERE: Final = "marks_there"
    MARKS_LOST: Final = "marks_lost"
    MARK_PROBLEM: Final = "mark_problem"
    MARKED_QUESTION: Final = "marked_question"
    FIRST_WORDING: Final = "first_wording"
    SECOND_WORDING: Final = "second_wording"
    SIDE_BY_SIDE: Final = "side_by_side"
    WRONG: Final = "wrong_passages"
    FEEDBACK: Final = "feedback"
    FEEDBACK_PASSAGES: Final = "feedback_passages"
    FEEDBACK_BETA: Final = "feedback_beta"
    FEEDBACK_GAMMA: Final = "feedback_gamma"
    SOURCES: Final = "sources"
    SOURCE_ORDER: Final = "source_order"
    SOURCES_KEPT: Final = "sources_kept"

    @staticmethod
    def column_setting(technique: str, field: str) -> str:
        """A setting of a technique that is shown beside others."""
        return f"column_{technique.lower().replace(' ', '_').replace(',', '')}_{field}"


class Pipeline:
    """The screen of Live retrieval that shows a chain of steps."""

    STEPS: Final = "steps"
    RELEVANCE_WEIGHT: Final = "mmr_lambda"
    RERANKED_BY: Final = "reranked_by"
    CANDIDATES: Final = "candidates"
    BOUND: Final = "doubles_from"
    KEPT: Final = "sentences_kept"


class Ladder:
    """The screen of Live retrieval that measures techniques."""

    VIEW: Final = "ladder_shows"
    MEASURE: Final = "ladder_measure"
    TECHNIQUE: Final = "ladder_of"
    STOPPED: Final = "ladder_stopped"
    STOP: Final = "ladder"
    RESULTS: Final = "ladder_results"
    CORPUS: Final = "ladder_corpus"
    PROBLEMS: Final = "ladder_problems"
    _TECHNIQUES: Final = "techniques"

    @classmethod
    def techniques(cls, group: str) -> str:
        """The techniques of a group that are picked."""
        return f"{cls._TECHNIQUES}_{group.lower().replace(' ', '_')}"

    @classmethod
    def setting(cls, technique: str, field: str) -> str:
        """A setting of a technique."""
        return f"{technique.lower().replace(' ', '_')}_{field}"


class Sentiment:
    """The Sentiment page."""

    REVIEW: Final = "review"
    REVIEWS_FROM: Final = "reviews_from"
    VIEW: Final = "sentiment"
    CLASSIFIER: Final = "classifier"
    CLASS_SHOWN: Final = "class_shown"
    CLASS_AGAINST: Final = "class_against"
    DECISION_SEEN: Final = "decision_seen"
    DECISION_PICKED: Final = "decision_picked"
    HIDDEN_UNITS: Final = "hidden_units"
    EPOCHS: Final = "epochs"
    LEARNING_RATE: Final = "learning_rate"
    NETWORK_SEED: Final = "network_seed"
    SAMPLES_SEED: Final = "samples_seed"
    WRONG_LABELS: Final = "wrong_labels"
    CELL_OPENED: Final = "confusion_cell_opened"
    CLOSE_CELL: Final = "close_confusion_cell"
    CONFUSION_CELL: Final = "confusion_cell"
    CONDITION: Final = "read_with"
    HEADS_OFF: Final = "classified_heads_off"
    HARD_KIND: Final = "hard_kind"
    REORDERED: Final = "reordered"
    EACH_WORD_HIDDEN: Final = "each_word_hidden"
    HARD_TEXT: Final = "hard_text"
    TRAINED_ON_OWN_TEXTS: Final = "learned_from_own_texts"
    OWN_DATASET: Final = "own_labelled"


class Explanations:
    """The Explanations page."""

    RESULT: Final = "explained"
    TEXT: Final = "explained_text"
    OTHER: Final = "compared_text"
    EXPLANATION: Final = "explanation"
    TEST: Final = "test_explanations"
    TESTED: Final = "explanations_tested"
    HIDDEN: Final = "hidden"
    MEASURE: Final = "measure_explanations"


class Blank:
    """The Fill in the blank page."""

    TEXT: Final = "blank_text"
    WORD: Final = "blank_word"
    NUMBER: Final = "blank"
    PAIRS: Final = "pairs"
    UNIT: Final = "objective_as"
    LEARNING_RATE: Final = "step_size"
    USE: Final = "use_with_head"


class Kinds:
    """The page Encoder, decoder, both."""

    SENTENCE: Final = "kinds_sentence"
    TRAINED_KIND: Final = "trained_kind"
    TRAINING_SEED: Final = "kinds_seed"
    EXAMPLE: Final = "kinds_example"
    KIND: Final = "kind"
    HEAD: Final = "kinds_head"
    CROSS_HEAD: Final = "cross_head"
    PLACE: Final = "known_word"
    BEGINNING: Final = "begins_with"
    TEMPERATURE: Final = "temperature"
    SEED: Final = "writing_seed"
    STEP: Final = "written_words"
    NEXT_WORD: Final = "write_next_word"
    WHOLE: Final = "write_to_the_end"
    BEGIN_AGAIN: Final = "write_again"


#: Parameters of the address that stay whatever page or lesson is opened.
EVERYWHERE: Final = (Stage.PRESENT, Classroom.ROOM)
