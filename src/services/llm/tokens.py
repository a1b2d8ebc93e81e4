"""How many tokens a text has, estimated by the scripts it is written in: no tokenizer of the model is at hand.

The number of bytes of a character in UTF-8 tells its script well enough: 1 is English and code, 2 the other alphabets,
3 Chinese, Japanese, Korean, Thai and the scripts of India, 4 emoji and rare characters.
"""

from typing import Final

TOKENS_PER_CHARACTER: Final = {1: 1 / 3, 2: 0.6, 3: 1.1, 4: 2.5}
"""By bytes in UTF-8; rather too many than too few, for common vocabularies (32,000 to 256,000 tokens)."""
TOKENS_PER_IMAGE: Final = 800
"""Models make 256 to 1,600 of one."""
TOKENS_PER_MESSAGE: Final = 8
"""What a chat template writes around a message."""

_LEAD_BYTES: Final = {1: range(0x80), 2: range(0xC0, 0xE0), 3: range(0xE0, 0xF0), 4: range(0xF0, 0x100)}
_ALL_BUT: Final = {size: bytes(set(range(256)) - set(leads)) for size, leads in _LEAD_BYTES.items()}


def estimate(text: str) -> float:
    """Tokens of `text`; the same for every model, which `ModelInfoCache.tokens` corrects by what it has seen."""
    encoded = text.encode(errors="replace")
    return sum(weight * len(encoded.translate(None, _ALL_BUT[size])) for size, weight in TOKENS_PER_CHARACTER.items())
