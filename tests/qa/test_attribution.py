import pytest
from hypothesis import given

from qa.attribution import attribution, claim
from tests.strategies import texts_with_words


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("According to the harbour master, 40 boats left.", "According to the harbour master"),
        ("According to the Pentagon they wear Russian uniforms.", "According to the Pentagon"),
        (
            "The dam is 128 metres high, according to Dr. Smith of the university.",
            "according to Dr. Smith of the university",
        ),
        ("Officials say that about 10,000 troops are in the region.", "Officials say"),
        (
            "Earlier in the week the Pentagon and NATO put the number at about 10,000.",
            "the Pentagon and NATO put the number",
        ),
        ("On Wednesday the mayor confirmed that the bridge is closed.", "the mayor confirmed"),
        ("A good many of them, one of the officials told a reporter, seem to be gone.", "one of the officials told"),
        ("Ada Quill, the mayor of Ferrow, told the paper that nine died.", "Ada Quill, the mayor of Ferrow, told"),
        ("In May, reporters were told that nine died, the mayor said.", "the mayor said"),
        ("Officials fear that up to 13,000 or more may be sent.", "Officials fear"),
        ("President Ada Quill had said before that they were seen.", "President Ada Quill had said"),
        ("“The bridge will open in May,” said the mayor of Lower Ferrow, Ada Quill.", "said the mayor of Lower Ferrow"),
        ("The bridge will open in May, the mayor said.", "the mayor said"),
        (
            "The harbour, as the company's spokesman explained on Friday, is closed.",
            "the company's spokesman explained",
        ),
        ("Hydrawerk, which runs the dam, said it had opened the gates.", "Hydrawerk, which runs the dam, said"),
        ("Its age was estimated by the council at 400 years.", "estimated by the council"),
        ("He was told to leave. The report states that nine died.", "The report states"),
        ("The inquiry found that nine died.", "The inquiry found"),
        ("The city counted 7,400 cars a day.", "The city counted"),
        ("Dr. Anna Feld of the Marine Institute told us that nine died.", "Dr. Anna Feld of the Marine Institute told"),
        ("Fire chief Henrik Moe: 60 firefighters on the first day, not 45.", "Fire chief Henrik Moe"),
        ("Ilse Brandt (harbour master): 10-12 boats.", "Ilse Brandt (harbour master)"),
        ("- Mrs Kaliopate: Our profit was 4.7 million.", "Mrs Kaliopate"),
    ],
)
def test_who_says_it_is_a_slice_of_the_quote(quote: str, expected: str) -> None:
    place = attribution(quote)
    assert place is not None
    assert quote[slice(*place)] == expected


@pytest.mark.parametrize(
    "quote",
    [
        "The bridge was opened on 4 May 1911.",
        "About 10,000 people are expected to come.",
        "It is said to be the oldest mill.",
        "She added sugar to the tea.",
        "Why should we believe him?",
        "They found the bridge closed.",
        "Opening hours for the mayor: 9 to 10.",
        "President: Ada Quill",
        "Harbour Report: 60 boats.",
        "Fire chief (acting): 2 of them came.",
        "",
    ],
)
def test_what_nobody_is_said_to_claim_has_no_attribution(quote: str) -> None:
    assert attribution(quote) is None


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("the camp", "The Pentagon said"), ("Kursk", None), ("", "The Pentagon said")],
)
def test_an_answer_is_claimed_in_its_own_sentence_and_a_whole_quote_anywhere(answer: str, expected: str | None) -> None:
    quote = "The Pentagon said that the camp was hit. It lies near Kursk."
    start = quote.index(answer)
    place = claim(quote, (start, start + len(answer)) if answer else (0, len(quote)))
    assert (place and quote[slice(*place)]) == expected


@given(texts_with_words)
def test_an_attribution_is_inside_its_quote(text: str) -> None:
    place = attribution(text)
    assert place is None or (0 <= place[0] < place[1] <= len(text) and text[slice(*place)].strip())
