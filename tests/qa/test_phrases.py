import pytest

from qa.phrases import phrases


def found(text: str) -> list[str]:
    return [phrase.text for phrase in phrases(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who built the old mill in Corin?", ["mill", "Corin"]),
        ("Who built this bridge?", ["bridge"]),
        ("What is the price of those boats?", ["price", "boats"]),
        ("Explain how photosynthesis works", ["photosynthesis works"]),
        ("Which town has fewer boats than Corin?", ["town", "boats", "Corin"]),
        ("What are the opening hours as of today?", ["opening hours", "today"]),
        ("I’d like to see Ada Quill's boats", ["Ada Quill", "boats"]),
        ("What'll Europe'll do?", ["Europe"]),
        ("Don't the ships' crews agree with O'Brien?", ["ships", "crews agree", "O'Brien"]),
    ],
)
def test_phrases_are_names_and_nouns_with_what_stands_before_them(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How dangerous are these?", []),
        ("Is it deep?", []),
        ("Which is cheaper?", []),
        ("Is milk cheaper than butter?", ["milk", "butter"]),
        ("The designer sounds like a neighbour", ["designer", "neighbour"]),
        ("I want to cross with a lorry", ["lorry"]),
        ("Is the museum open?", ["museum"]),
        ("What is the museum shop?", ["museum shop"]),
        ("How can I help?", []),
    ],
)
def test_what_something_is_like_or_does_is_no_part_of_what_it_is_called(text: str, expected: list[str]) -> None:
    assert found(text) == expected
