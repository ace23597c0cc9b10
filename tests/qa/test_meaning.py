import pytest

from qa.meaning import Meaning, completed, is_pronoun, meaning
from qa.reader import AnswerSpan
from tests.builders import document, kin


def span(quote: str, words: str) -> AnswerSpan:
    """Return the span of some words of a document that is one quote."""
    read = document(quote)
    start = quote.index(words)
    return AnswerSpan(read, start, start + len(words), 0, len(quote), 1.0)


def said(words: str) -> Meaning:
    return meaning(span(words, words))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("about 10,000", "ten thousand troops"),
        ("10,000 soldiers", "about 10,000 troops"),
        ("Lloyd Austin", "Austin"),
        ("Defense Secretary Lloyd Austin", "Lloyd Austin"),
        ("Defense Secretary Lloyd Austin", "Austin"),
        ("Capt. I. Sollis", "Ingrid Sollis"),
        ("Captain Ingrid Sollis", "Capt. I. Sollis"),
        ("J. R. Quill", "Jane Quill"),
        ("Mr. Inman", "Gareth Inman"),
        ("Chief Fire Officer Dinah Strake", "Dr. Strake"),
        ("Dr. Ada Quill", "Ada Quill"),
        ("Capt. Sollis", "Captain Sollis"),
        ("Dr. Ada Quill", "Professor Quill"),
        ("the President", "President"),
        ("New York", "New York City"),
        ("Wednesday", "30 October"),
        ("on 4 May 1911", "May 4, 1911"),
        ("The harbour master", "harbour master"),
        ("a Boat.", "the boat"),
        ("earth bank at Tanner's Reach", "Tanner's Reach"),
        ("the engineer Ada Quill", "Ada Quill"),
        ("Commodore Alistair Munro-Singh", "Commodore Munro-Singh"),
        ("six hours and a half", "six and a half hours"),
        ("a former contractor, Mr Ivo Quill", "Mr Ivo Quill"),
        ("fog", "dense fog"),
        ("spruce boards", "on spruce boards and on one brush"),
        ("the old bridge", "the old stone bridge"),
        ("the north gate", "the north gate of the castle"),
        ("the last day of June", "30 June"),
        ("on Wednesday, after the vote", "Wednesday"),
        ("the nineties", "in 1998"),
        ("6:04 p.m.", "18:04"),
        ("at half past seven", "7:30 in the morning"),
        ("Wednesday at 18:04", "18:04"),
        ("at 6 p.m. on weekdays", "at 6 p.m."),
        ("at noon in the chapel", "at noon"),
        ("1990s", "4 May 1998"),
        ("in the 1990s", "the nineties"),
        ("the roaring twenties", "the twenties"),
        ("in the 1990s in Vellin", "in the 1990s"),
    ],
)
def test_answers_that_say_the_same_agree(one: str, other: str) -> None:
    assert said(one).agrees(said(other), kin) and said(other).agrees(said(one), kin)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13,000 or more", "10,000"),
        ("13,000 troops", "13,000 containers"),
        ("North Korea", "Korea"),
        ("Ada Quill", "Bela Quill"),
        ("A. Quill", "Bela Quill"),
        ("Ada Quill", "Anna Quill"),
        ("I. Sollis", "Ingrid Harrow"),
        ("Captain", "Captain Ingrid Sollis"),
        ("the vice president", "the president"),
        ("4 May 1911", "5 May 1911"),
        ("in 1911", "10,000"),
        ("boats", "the boat"),
        ("50 %", "50"),
        ("the mayor of New York", "New York"),
        ("not Ada Quill", "Ada Quill"),
        ("Ada Quill's brother", "Ada Quill"),
        ("black glass", "fresh glass"),
        ("the bridge", "the old bridge"),
        ("frost", "no frost"),
        ("fog", "without fog"),
        ("at noon", "before noon"),
        ("at noon", "not at noon"),
        ("until 6 p.m.", "from 6 p.m."),
        ("6 p.m.", "before about 6 p.m."),
        ("at noon", "at noon or at six"),
        ("the 1990s", "before the 1990s"),
        ("18:04", "18:05"),
        ("half past seven", "a quarter past seven"),
        ("Wednesday at 6 p.m.", "Wednesday at 8 p.m."),
        ("the sixties", "1998"),
        ("the 1890s", "in the 1990s"),
        ("not the 1990s", "the 1990s"),
        ("the first years of the 1990s", "1998"),
        ("18:04", "18 minutes"),
        ("Wednesday at 18:04", "Thursday at 18:04"),
        ("the late nineties", "the nineties"),
        ("John 3:16", "Luke 3:16"),
        ("won 21:19", "lost 21:19"),
        ("12 noon", "12 men"),
        ("between 4 and 6 p.m.", "6 p.m."),
        ("half an hour", "an hour"),
        ("his brother", "her brother"),
        ("signed", "wasn't signed"),
        ("the captain", "the captain's wife"),
        ("the inn", "the back room of an inn"),
        ("the mayor", "the brother of the mayor"),
        ("glass", "glass factory"),
        ("Mr Quill", "Mrs Quill"),
        ("her husband, Mr Quill", "Mrs Quill"),
        ("the deputy to Ada Quill", "Ada Quill"),
    ],
)
def test_answers_that_say_something_else_do_not_agree(one: str, other: str) -> None:
    assert not said(one).agrees(said(other), kin) and not said(other).agrees(said(one), kin)


def test_one_time_in_two_sentences_is_one_answer_whatever_stands_before_it() -> None:
    until = meaning(span("The museum is open until 6 p.m.", "6 p.m."))
    assert until.agrees(meaning(span("It closes at 6 p.m.", "6 p.m.")), kin)
    assert not until.agrees(meaning(span("It opens at 18:00.", "18:00")), kin)


def test_one_decade_in_two_sentences_is_one_answer_whatever_stands_before_it() -> None:
    since = meaning(span("It dates from the 1990s.", "the 1990s"))
    assert since.agrees(meaning(span("It was built in the 1990s.", "in the 1990s")), kin)


def test_the_unit_of_a_quantity_is_read_behind_the_span() -> None:
    found = meaning(span("They sent about 10,000 troops to the region.", "10,000")).quantity
    assert found is not None
    assert (found.value, found.unit, found.modifier) == (10_000, "troops", "about")


def test_a_sentence_with_a_number_is_words() -> None:
    assert said("They sent 10,000 troops to the east of the region on foot.").quantity is None


@pytest.mark.parametrize(
    ("quote", "words", "expected"),
    [
        ("They sent about 10,000 troops.", "10,000", "about 10,000"),
        ("They sent about 10,000 troops.", "10,000 troops", "about 10,000 troops"),
        ("Up to 13,000 or more came.", "13,000", "Up to 13,000 or more"),
        ("It cost between £10 and £12 million.", "£12", "between £10 and £12 million"),
        ("They sent troops.", "troops", "troops"),
        ("Sales in Lyon: -6 %.", "6", "-6 %"),
        ("Write to clara.jensen@example.org, please.", "@example.org", "clara.jensen@example.org"),
        ("It is at https://example.org/a?b=1.", "example.org", "https://example.org/a?b=1"),
        ("See https://example.org/Ard_(town), where", "town", "https://example.org/Ard_(town)"),
        ("She sits in C-112 or C-113.", "112", "C-112"),
        ("It leaves at 05:53 or at 16:10.", "53", "05:53"),
        ("It took 1:05:53 to get there.", "05", "05"),
        ("It left at half past seven in the evening.", "seven", "half past seven in the evening"),
        ("She finished in 45:30.", "45", "45:30"),
        ("It took about 1500 hours.", "1500", "about 1500 hours"),
        ("North quay\t10\t–\t12", "10", "10"),
        ("North quay\t10–12\t14", "10", "10–12"),
        ("3\tMinutes to Midnight\t2007", "3", "3"),
    ],
)
def test_a_span_is_completed_to_the_whole_quantity_address_code_or_time_of_day(
    quote: str, words: str, expected: str
) -> None:
    assert completed(span(quote, words), "which one?").text == expected


@pytest.mark.parametrize(
    ("question", "quote", "words", "expected"),
    [
        ("how long?", "They saw it for about 47 minutes.", "about 47", "about 47 minutes"),
        ("how long?", "A 20-minute walk.", "20", "20-minute"),
        ("how much?", "It rose by 4.5 percentage points.", "4.5", "4.5 percentage points"),
        ("how big is it?", "It has 12 square kilometres.", "12", "12 square kilometres"),
        ("how high is the dam?", "It is 128 metres high.", "128", "128 metres"),
        ("how long was the pause?", "After 20 seconds it began.", "20", "20 seconds"),
        ("how heavy is the painting?", "It weighs 12 grams.", "12", "12 grams"),
        ("how long?", "It takes 30 minutes or more.", "30", "30 minutes or more"),
        ("how many square kilometres?", "It has 12 square kilometres.", "12", "12"),
        ("how many came?", "There came 20 foot soldiers.", "20", "20"),
        ("how many are there?", "There are 12 second-hand cars.", "12", "12"),
        ("how long?", "It took 1 hour.", "1", "1 hour"),
        ("how many minutes?", "They saw it for about 47 minutes.", "47", "about 47"),
        ("for how many minutes?", "They saw it for 47 min.", "47", "47"),
        ("how many hours?", "They saw it for 47 minutes.", "47", "47 minutes"),
        ("how many troops?", "They sent 10,000 troops.", "10,000", "10,000"),
        ("how long?", "They came 3rd.", "3rd", "3rd"),
        ("how often?", "It leaves every 12 minutes.", "12", "every 12 minutes"),
        ("how often?", "Every two weeks they meet.", "two weeks", "Every two weeks"),
    ],
)
def test_a_number_gets_its_measure_unless_the_question_names_it(
    question: str, quote: str, words: str, expected: str
) -> None:
    assert completed(span(quote, words), question).text == expected


def test_of_a_part_and_its_whole_the_part_is_meant() -> None:
    said = meaning(span("Of them 11 of 34 nursing posts are vacant.", "11 of 34 nursing posts")).quantity
    assert said is not None
    assert (said.value, said.unit) == (11, "posts")
    assert completed(span("11 of 34 nursing posts are vacant.", "34"), "how many posts?").text == "34"


@pytest.mark.parametrize("row", ["North quay\t31\tBulk carriers", "Tram\t31", "31\tminutes", "up to\t31\tor more"])
def test_a_number_in_a_table_says_no_more_than_its_cell(row: str) -> None:
    said = meaning(span(row, "31")).quantity
    assert said is not None
    assert (said.value, said.unit, said.modifier) == (31, None, None)


@pytest.mark.parametrize(
    ("one", "other", "could"),
    [
        ("50 metres", "12 km", True),
        ("50 metres", "seventy years", False),
        ("$5", "5 kg", False),
        ("$5", "€5", True),
        ("50 metres", "50", True),
        ("40 minutes", "40 trips", True),
        ("20 °C", "70 °F", True),
        ("20 °C", "20 days", False),
        ("2024", "30 October", False),
        ("2024", "30 October 2023", True),
        ("Wednesday", "30 October", True),
    ],
)
def test_what_measures_something_else_contradicts_nothing(one: str, other: str, could: bool) -> None:
    assert said(one).is_of_one_kind(said(other), kin) is could


def test_a_whole_sentence_stays_as_it_is() -> None:
    sentence = span("About 10,000 came.", "About 10,000 came.")
    assert completed(sentence, "how many?") == sentence


@pytest.mark.parametrize(
    ("words", "expected"), [("He", True), ("them.", True), ("the", True), ("her boat", False), ("Ada", False)]
)
def test_a_pronoun_names_nobody(words: str, expected: bool) -> None:
    assert is_pronoun(span("He gave the boat to them. Ada took her boat.", words)) is expected
