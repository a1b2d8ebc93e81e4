"""What a model thought aloud in the text of its reply: kept as it was said, never sent back to a model.

Models mark it by tags of their own, at the beginning of a line. A tag in the middle of a sentence or in a fenced block
of code is text about it. Some templates open the block before the model begins: then only its end is there.
"""

import re
from typing import Final

TAGS: Final = (
    ("<think>", "</think>"),  # DeepSeek R1, Qwen, and most others
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),  # EXAONE
    ("<reasoning>", "</reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("[think]", "[/think]"),  # Magistral
    ("◁think▷", "◁/think▷"),  # Kimi
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|start_thinking|>", "<|end_thinking|>"),  # Command A
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),  # gpt-oss
    ("<unused94>thought", "<unused95>"),  # MedGemma
)
_BLOCK: Final = "|".join(f"{re.escape(open_)}.*?{re.escape(close)}" for open_, close in TAGS)
_OPEN: Final = "|".join(re.escape(open_) for open_, _ in TAGS)
_CLOSE: Final = "|".join(re.escape(close) for _, close in TAGS)
_MARK: Final = re.compile(
    rf"^[ \t]*(?:(?P<fence>`{{3,}}|~{{3,}})|(?P<blocks>(?:{_BLOCK})(?:\s*(?:{_BLOCK}))*)"
    rf"|(?P<open>{_OPEN})|(?P<close>{_CLOSE}))",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)


def without(text: str) -> str:
    """What was said: `text` less its blocks of reasoning. One without an end, before anything is said, is all of it."""
    said, at, mark = "", 0, _MARK.search(text)
    while mark:
        before, end = said + text[at : mark.start()], mark.end()
        if mark["fence"]:
            end = _end_of_code(text, mark)
        elif mark["blocks"]:
            said, at = before, end
        elif mark["close"]:
            said, at = "", end
        else:
            if not before.strip():
                return ""
            break
        mark = _MARK.search(text, end)
    return said + text[at:] if said.strip() or not at else text[at:].lstrip()


def _end_of_code(text: str, fence: "re.Match[str]") -> int:
    closing = re.compile(rf"^[ \t]*{re.escape(fence['fence'])}", re.MULTILINE).search(text, fence.end())
    return closing.end() if closing else len(text)
