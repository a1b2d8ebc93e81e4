"""Text as databases and sockets can hold it: whole characters, no NUL.

A model's characters beyond U+FFFF arrive from JSON as two halves (surrogates), which its chunks may tear apart.
"""

import codecs
import unicodedata

_ENCODING = "utf-16-le"
_new_decoder = codecs.getincrementaldecoder(_ENCODING)
_UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cf"}
"""Spaces, control and format characters. https://www.unicode.org/reports/tr44/#General_Category_Values"""


class Joiner:
    """Takes a text piece by piece. A half character waits for its other half; one without becomes U+FFFD."""

    def __init__(self) -> None:
        self._decoder = _new_decoder("replace")

    def joined(self, piece: str) -> str:
        """What is whole by now."""
        if piece.isascii() and "\x00" not in piece and not self._decoder.getstate()[0]:  # as most of what is said
            return piece
        return self._decoder.decode(piece.replace("\x00", "").encode(_ENCODING, "surrogatepass"))

    def rest(self) -> str:
        """At the end of the text: what still waited."""
        return self._decoder.decode(b"", True)


def storable(text: str) -> str:
    joiner = Joiner()
    return joiner.joined(text) + joiner.rest()


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen."""
    return all(unicodedata.category(character) in _UNSEEN for character in text)
