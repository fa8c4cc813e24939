"""Bytes to text: which encoding, and whether it is text at all. The text is not edited but for its line ends."""

from __future__ import annotations

import codecs
import re

from rashomon.errors import UnreadableInput

_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"{\\rtf", "an RTF document"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{2,40})")
# Tab, line feed, form feed and carriage return occur in text; other control characters do not.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# References (&#55357; or &#xD83D;, with their ampersand escaped once more, too) to surrogates, U+D800 to U+DFFF, and to
# the control characters of _CONTROL.
_UNHOLDABLE = re.compile(
    r"(?:&(?:amp;)?#(?:[xX]0*(?:[dD][89a-fA-F][0-9a-fA-F]{2}|0|[1-8bBeEfF]|1[0-9a-fA-F]|7[fF])"
    r"|0*(?:55(?:29[6-9]|[3-9]\d\d)|56\d{3}|57(?:[0-2]\d\d|3[0-3]\d|34[0-3])|[0-8]|1[14-9]|2\d|3[01]|127));)+"
)
_NUMBER = re.compile(r"#(\w+);")


def decode(data: bytes, declared: str | None = None) -> str:
    """The text that the bytes encode: byte order mark, UTF-8, the declared charset, then detection, then cp1252.

    Raises:
        UnreadableInput: nothing there, not text, or in no encoding that can be told.
    """
    if not data.strip():
        raise UnreadableInput("is empty")
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise UnreadableInput(f"is {what}, not text; save its text or the web page and give that")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding)
    if b"\0" in data:
        raise UnreadableInput("is binary, not text; give plain text, HTML or JSON")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for candidate in (declared, _declared_in(data)):
        if candidate and (text := _lenient(data, candidate)) is not None:
            return text
    return _detected(data)


def clean(text: str) -> str:
    """The text without a byte order mark and with line feeds for line ends.

    Raises:
        UnreadableInput: it holds characters that no text holds.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if bad := _CONTROL.search(text) or _SURROGATE.search(text):
        raise UnreadableInput(
            f"is not plain text: it has the control character U+{ord(bad.group()):04X} at character {bad.start()}"
        )
    if not text.strip():
        raise UnreadableInput("is empty")
    return text


def clean_markup(text: str) -> str:
    """Markup without the characters that no markup may hold (HTML parsers drop them too), however they are written.

    Two references to surrogates that make up a character, as some programs write emoji, become that character.
    """
    text = _SURROGATE.sub("", _CONTROL.sub("", text.removeprefix("\ufeff")))
    return _UNHOLDABLE.sub(_held, text) if "&#" in text or "&amp;#" in text else text


def _held(references: re.Match[str]) -> str:
    """The characters that a run of references to surrogates and control characters comes to, if to any."""
    numbers = _NUMBER.findall(references.group())
    characters = "".join(chr(int(n[1:], 16) if n[0] in "xX" else int(n)) for n in numbers)
    return _CONTROL.sub("", characters.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore"))


def _declared_in(data: bytes) -> str | None:
    match = _XML_CHARSET.search(data[:400]) or _META_CHARSET.search(data[:4096])
    return match.group(1).decode("ascii") if match else None


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise UnreadableInput(f"is not valid {encoding.upper()}; save it as UTF-8") from error


def _lenient(data: bytes, encoding: str) -> str | None:
    """As the web does (WHATWG Encoding): a page that says latin-1 or ASCII means cp1252."""
    try:
        name = codecs.lookup(encoding).name
        return data.decode("cp1252" if name in ("iso8859-1", "ascii") else name)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _detected(data: bytes) -> str:
    """cp1252 where it leaves mostly Latin letters, as English text does; else what charset-normalizer is sure of."""
    latin = _lenient(data, "cp1252")
    if latin is not None and _mostly_plain(latin):
        return latin
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    guess = _lenient(data, best.encoding) if best is not None else None
    if guess is None:
        raise UnreadableInput("is in an encoding that cannot be told; save it as UTF-8")
    return guess


def _mostly_plain(text: str) -> bool:
    return sum(c.isascii() for c in text) >= 0.85 * len(text)
