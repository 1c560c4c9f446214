"""Is a text English? By its script, its function words, and how its words are built.

Small on purpose: the bundled model reads English, so the question is yes or no; the other languages
are there to tell a merchant what was left out. The lists of function words are ours.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container

ENGLISH = "en"
UNKNOWN = "und"

_FUNCTION_WORDS = {
    "en": """the and a an of to in is it i you that was for on are with as they be at this
        have from or had by not but what all were we when your can said there use each
        which she he do how their if will up other about out many then them these so
        some her would make like him into has look two more see no could my than been
        who its now did get made it's i'm don't very just really too love great good
        nice thanks thank please me our us am""",
    "de": """der die das und ist nicht ich ein eine einen mit sich auf für den von dem zu im
        auch es an werden aus er hat dass sie nach wird bei noch wie über einer um haben
        nur oder aber vor zur bis mehr durch man sehr gut war mir mich habe kein keine
        wir""",
    "fr": """le la les un une des et est dans que qui pour pas sur avec je il elle nous vous
        ce cette sont mais ou où plus par très bien ne se du au aux mon ma mes c'est
        j'ai été tout comme fait suis bon""",
    "es": """el la los las un una unos y es en que de por con no para se lo su como más pero
        muy bien mi me yo este esta está son del al fue ha todo gracias nos bueno
        también sin he""",
    "pt": """o a os as um uma e é em que de por com não para se do da no na mais mas muito
        bem meu minha eu este esta está são ao foi tudo obrigado nos bom também sem você""",
    "it": """il lo la i gli le un una e è in che di per con non si del della al alla più ma
        molto bene mio mia io questo questa sono ho stato tutto grazie anche come ci
        buono""",
    "nl": """de het een en is in van dat die niet ik met op voor aan zijn er maar om ook als
        bij nog naar heel goed mijn dit was heb geen we ze je zeer""",
    "sv": """och att det som en är på för av med den inte jag till har de ett om men var
        mycket bra min så vi mycket kan""",
    "pl": """i w nie na się z do to jest że jak ale co po tak za od bardzo dobrze mi mój ja
        był jej dla przez już""",
    "tr": "ve bir bu da de için çok ile ne ben gibi daha ama güzel var yok değil iyi mi en",
    "id": """yang dan di ini itu dengan untuk tidak dari saya ada sangat bagus ke pada akan
        juga sudah bisa""",
}
_SETS = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
_ALL = frozenset[str]().union(*_SETS.values())
_SCRIPTS = (
    ("CYRILLIC", "ru"),
    ("ARABIC", "ar"),
    ("HEBREW", "he"),
    ("DEVANAGARI", "hi"),
    ("HIRAGANA", "ja"),
    ("KATAKANA", "ja"),
    ("HANGUL", "ko"),
    ("CJK", "zh"),
    ("GREEK", "el"),
    ("THAI", "th"),
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LOOKED_AT = 400  # characters: a language shows early


def detect_language(text: str, vocabulary: Container[str]) -> str:
    """``en``, another language's code, or ``und`` where there is too little to tell.

    ``vocabulary`` holds whole English words (the tokenizer's), for texts without function words.
    """
    head = text[:_LOOKED_AT].lower().replace("’", "'")
    words = [word.split("'")[0] if word not in _ALL else word for word in _WORD.findall(head)]
    if not words:
        return UNKNOWN
    foreign = _foreign_script("".join(words))
    if foreign:
        return foreign
    counts = Counter(
        {language: sum(word in known for word in words) for language, known in _SETS.items()}
    )
    english = counts.pop(ENGLISH)
    other, most = counts.most_common(1)[0]
    known = sum(word.split("'")[0] in vocabulary for word in words) / len(words)
    if english > most and max(known, 2 * english / len(words)) >= 0.5:
        return ENGLISH
    if most > english and (most >= 2 or known < 0.5):
        return other
    plain = most == 0 and head.isascii()
    return ENGLISH if known >= (0.5 if plain else 0.6) else UNKNOWN


def _foreign_script(letters: str) -> str:
    """The language of the script that most letters are in, or '' for Latin."""
    if letters.isascii():
        return ""
    counts: Counter[str] = Counter()
    for letter in letters:
        if letter.isascii():
            counts[""] += 1
            continue
        name = unicodedata.name(letter, "")
        counts[next((code for script, code in _SCRIPTS if name.startswith(script)), "")] += 1
    if counts["ja"]:  # Japanese mixes its own scripts with Chinese characters
        counts["ja"] += counts.pop("zh", 0)
    return counts.most_common(1)[0][0]
