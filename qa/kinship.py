"""Whether two nouns name things of one kind, by the encoder: troops are soldiers, and they are not containers."""

from functools import lru_cache

from index.encoding import Encoder

#: The similarity from which nouns are of one kind. Of some forty pairs that we looked at, those of one kind had 0.31 or
#: more ("homes" and "properties" 0.33, "deaths" and "people" 0.35), troops and containers 0.27, posts and nurses 0.24.
_KIN = 0.3


class Kinship:
    """Compares nouns with an encoder, which has seen more of them than any list."""

    def __init__(self, encoder: Encoder) -> None:
        self._vector = lru_cache(maxsize=4096)(lambda noun: encoder.encode_passages([noun])[0])

    def __call__(self, one: str, other: str) -> bool:
        """Tell whether two nouns are of one kind."""
        return one == other or float(self._vector(one) @ self._vector(other)) >= _KIN
