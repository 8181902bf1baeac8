"""Names the scripts whose words no spaces part, or whose word endings vary.

Chinese, Japanese, Korean, Thai, Lao, Burmese and Khmer. Search looks for a text in them
as it stands; comparisons cut it into pairs of characters.
"""

from typing import Final

UNSPACED: Final = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Burmese
    "\u1100-\u11ff"  # parts of Hangul
    "\u1780-\u17ff"  # Khmer
    "\u2e80-\u2fdf"  # radicals
    "\u3005-\u3007"  # iteration marks
    "\u3040-\u31ff"  # Hiragana, Katakana, Bopomofo
    "\u3400-\u4dbf"  # ideographs
    "\u4e00-\u9fff"
    "\ua960-\ua97f"
    "\uac00-\ud7ff"  # Hangul
    "\uf900-\ufaff"
    "\uff66-\uff9f"  # Katakana of half width
    "\U00020000-\U0003ffff"
)
"""For a class of characters: regular expressions and SQLite's GLOB write it alike."""

ROUGHLY_UNSPACED: Final = "\u0e00-\u17ff\u2e80-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
"""All of these and some more, told by four comparisons a character instead of many."""
