import pytest

from index.encoding import Encoder
from qa.kinship import Kinship
from tests.builders import WordEncoder


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("troops", "soldiers", True),
        ("homes", "houses", True),
        ("people", "residents", True),
        ("troops", "containers", False),
        ("posts", "nurses", False),
    ],
)
def test_nouns_of_one_kind_are_told_from_others(encoder: Encoder, one: str, other: str, expected: bool) -> None:
    kin = Kinship(encoder)
    assert (kin(one, other), kin(other, one)) == (expected, expected)


def test_a_noun_is_encoded_once_and_never_for_itself() -> None:
    encoder = WordEncoder()
    kin = Kinship(encoder)
    assert kin("troops", "troops")
    assert [kin("troops", "boats"), kin("boats", "troops"), kin("troops", "cars")] == [False, False, False]
    assert encoder.embedded == ["troops", "boats", "cars"]
