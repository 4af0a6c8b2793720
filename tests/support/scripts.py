"""Sentences in scripts that code written for English gets wrong, and texts of whatever Unicode has."""

from dataclasses import dataclass
from typing import Final, Literal

from hypothesis import strategies as st

#: Letters with their accents as one character where Unicode has it, or taken apart.
Form = Literal["NFC", "NFD"]
FORMS: Final[tuple[Form, Form]] = ("NFC", "NFD")


@dataclass(frozen=True)
class Script:
    """Two sentences with the same words in another order, and a word of both."""

    sentence: str
    reordered: str
    word: str
    words: tuple[str, ...]  # what can be seen in the sentence, in order: words, marks, characters by themselves
    terms: tuple[str, ...]  # what a search by words counts of the sentence


SCRIPTS = {
    "Chinese": Script(
        "猫吃比萨饼。",
        "比萨饼吃猫。",
        "比萨饼",
        ("猫", "吃", "比", "萨", "饼", "。"),
        ("猫吃", "吃比", "比萨", "萨饼"),
    ),
    "Japanese": Script(
        "犬はピザを食べる。",
        "ピザは犬を食べる。",
        "ピザ",
        ("犬", "は", "ピ", "ザ", "を", "食", "べ", "る", "。"),
        ("犬は", "はピ", "ピザ", "ザを", "を食", "食べ", "べる"),
    ),
    "Thai": Script(
        "แมวดื่มน้ำ",
        "น้ำดื่มแมว",
        "แมว",
        ("แ", "ม", "ว", "ดื่", "ม", "น้ำ"),
        ("แม", "มว", "วดื่", "ดื่ม", "มน้ำ"),
    ),
    "Hindi": Script(
        "बिल्ली पिज़्ज़ा खाती है।",
        "पिज़्ज़ा बिल्ली खाती है।",
        "बिल्ली",
        ("बिल्ली", "पिज़्ज़ा", "खाती", "है", "।"),
        ("बिल्ली", "पिज़्ज़ा", "खाती", "है"),
    ),
    "Arabic": Script(
        "تأكُلُ القِطَّةُ السمكَ.",
        "السمكَ تأكُلُ القِطَّةُ.",
        "القِطَّةُ",
        ("تأكُلُ", "القِطَّةُ", "السمكَ", "."),
        ("تأكُلُ", "القِطَّةُ", "السمكَ"),
    ),
    "Hebrew": Script(
        "הֶחָתוּל אוכל דג.",
        "דג אוכל הֶחָתוּל.",
        "הֶחָתוּל",
        ("הֶחָתוּל", "אוכל", "דג", "."),
        ("הֶחָתוּל", "אוכל", "דג"),
    ),
    "Korean": Script(
        "고양이가 생선을 먹는다.",
        "생선을 고양이가 먹는다.",
        "고양이가",
        ("고양이가", "생선을", "먹는다", "."),
        ("고양이가", "생선을", "먹는다"),
    ),
    "Vietnamese": Script(
        "Mèo ăn bánh mì ở Huế.",
        "Bánh mì ăn mèo ở Huế.",
        "bánh mì",
        ("Mèo", "ăn", "bánh", "mì", "ở", "Huế", "."),
        ("mèo", "ăn", "bánh", "mì", "ở", "huế"),
    ),
}

_ODD = st.sampled_from(
    [
        *("e\u0301", "İ", "I\u0307", "ß", "ﬁ", "ŉ", "q\u0323\u0307", "i\u0307", "ᾳ", "각", "\u1100\u1161\u11a8"),
        *("❤️", "1️⃣", "👨‍👩‍👧", "👍🏽", "🇫🇷", "🍕", "\u0301", "\u200d", "\u200b", "\ufe0f", "\u00ad", "\u0600"),
        *("क्षत्रिय", "น้ำ", "แมว", "ခွေး", "ខ្មែរ", "ລາວ", "ﾊﾟﾝ", "ピザー", "食べる", "猫", "می‌خواهم", "שָׁלוֹם"),
        *(" ", "  ", "\n", "\r\n", "\t", "\x00", "'", "’", "-", "_", ".", "C++", "don't", "Pizza", "3.14"),
    ]
)
#: Texts of anything at all, and of what is known to go wrong.
TEXTS = st.one_of(st.text(max_size=40), st.lists(_ODD, max_size=12).map("".join))
