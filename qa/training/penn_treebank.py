"""Text that was cut into Penn Treebank tokens, put back as people write it, with its offsets."""

import re

_WRITTEN = {
    "``": '"',
    "''": '"',
    "--": "–",
    "-LRB-": "(",
    "-RRB-": ")",
    "-LSB-": "[",
    "-RSB-": "]",
    "-LCB-": "{",
    "-RCB-": "}",
}
_NO_SPACE_BEFORE = re.compile(r"[.,:;!?%)\]}]|''|\.\.\.|n't|'(?:s|re|ve|ll|d|m)?|-R[RSC]B-", re.IGNORECASE)
_NO_SPACE_AFTER = re.compile(r"[(\[{$£€#]|``|-L[RSC]B-")
#: Joined to both its neighbours: a hyphen, a dash or a stroke between two words.
_JOINS = re.compile(r"[-–/]")


def detokenize(text: str) -> tuple[str, list[int]]:
    """Return the text as written and, for each offset of `text` and its end, the offset in what is returned.

    Straight quotes open and close in turn; hyphens and strokes join what stands on both sides of them.
    """
    written: list[str] = []
    offsets = [0] * (len(text) + 1)
    length = 0
    glue = True
    quote_open = False
    for token in re.finditer(r"\S+", text):
        word = token.group()
        opens = word == "``" or (word == '"' and not quote_open)
        closes = word == "''" or (word == '"' and quote_open)
        joins = bool(_JOINS.fullmatch(word)) and token.start() > 0 and token.end() < len(text)
        if word in ("``", "''", '"'):
            quote_open = opens
        if not (glue or closes or joins or (not opens and _NO_SPACE_BEFORE.fullmatch(word))):
            written.append(" ")
            length += 1
        replacement = _WRITTEN.get(word, word)
        for position in range(token.start(), token.end()):
            offsets[position] = length + min(position - token.start(), len(replacement))
        written.append(replacement)
        length += len(replacement)
        for position in range(token.end(), len(text) + 1):
            if position < len(text) and not text[position].isspace():
                break
            offsets[position] = length
        glue = opens or joins or bool(_NO_SPACE_AFTER.fullmatch(word))
    return "".join(written), offsets


def detokenized_span(start: int, end: int, offsets: list[int]) -> tuple[int, int]:
    """Return where the span [start, end) of the tokens stands in the text as written."""
    return offsets[start], offsets[end]
