"""Which language a text is in. Only English can be analysed; the rest is refused, by name, and short texts pass."""

from __future__ import annotations

import re

from rashomon.errors import UnsupportedLanguage

_WORD = re.compile(r"[^\W\d_]+")
# The commonest English function words that are not also common in the languages nearest to it.
_ENGLISH = frozenset(
    "the of and that with from said have has his she they their this which its been would could than these those "
    "there".split()
)
# Shares of these words: English news has 0.13 to 0.27 (short lists and captions less), other languages below 0.03.
_SURELY_ENGLISH = 0.12
_SURELY_NOT = 0.06
_ENOUGH_WORDS = 20
# English itself, and languages so near that lists of English headlines are taken for them.
_NEAR_ENGLISH = ("en", "pcm", "sco", "jam")
_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish",
    "de": "German", "el": "Greek", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian",
    "ms": "Malay", "nl": "Dutch", "no": "Norwegian", "nb": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish",
    "sw": "Swahili", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip


def normal(tag: str) -> str:
    """A BCP 47 tag from the ways people write one: ``en_GB`` is ``en-GB``, ``English`` is ``en``."""
    parts = re.split(r"[-_]", tag.strip())
    first = parts[0].casefold()
    first = {"english": "en", "eng": "en"}.get(first, first)
    return "-".join([first, *(p.upper() if len(p) == 2 else p for p in parts[1:])])


def require_english(tag: str) -> None:
    """Raise ``UnsupportedLanguage`` unless the tag is English."""
    code = normal(tag).split("-")[0]
    if code != "en":
        name = f"in {_NAMES[code]} ({code})" if code in _NAMES else f"not in English (it looks like {tag!r})"
        raise UnsupportedLanguage(f"the text is {name}; only English can be analysed")


def detect(text: str) -> str | None:
    """``en`` or another language's code if the text shows it plainly; ``None`` for too little or mixed evidence."""
    words = _WORD.findall(text[:20_000].casefold())
    letters = sum(map(len, words))
    share = sum(word in _ENGLISH for word in words) / max(1, len(words))
    if share >= _SURELY_ENGLISH:
        return "en"
    # Scripts without spaces have few "words", so letters are counted as well.
    if share >= _SURELY_NOT or (len(words) < _ENOUGH_WORDS and letters < 5 * _ENOUGH_WORDS):
        return None
    import py3langid

    code = str(py3langid.classify(text[:20_000])[0])
    return None if code in _NEAR_ENGLISH else code
