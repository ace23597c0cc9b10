import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.question_forms import Form, asks_nothing, form

WORDS = [
    "When did she say why she left?",
    "How many troops are in the region?",
    "How much do I have to pay?",
    "How tall is the dam?",
    "How long did it take?",
    "how often does the bus run?",
    "How well did it go?",
    "Who built the dam?",
    "Whose house is it?",
    "To whom was it sold?",
    "What is the name of the dam?",
    "What's the rent?",
    "What did the minister say?",
    "What was the ship built for?",
    "What is the largest state of Austria?",
    "Which states of the union joined in 1959?",
    "What is the mission statement of the firm?",
    "In which country is the dam?",
    "The dam is in which country?",
    "Which is larger, the dam or the mill?",
    "Which dogs must not be kept?",
    "what year",
    "Who can describe the dam?",
    "And who paid for it?",
    "and when?",
    "So where is it?",
    "ok when?",
    "When?",
    "the mill was built by",
    "oak has been the wood of choice since ...",
]

SENTENCE = [
    "Is the dam open?",
    "Isn't the dam open?",
    "Isn’t it in Zambia?",
    "cannot the tenant keep a dog?",
    "may I bring a dog?",
    "Won't the dam break when it rains?",
    "Shan’t we be told who pays?",
    "Did they leave when it rained?",
    "And did they leave?",
    "Ok, so is it open?",
    "Is there an oracle in Oregon?",
    "Tell me about the dam",
    "Please tell us who built the dam",
    "can you describe the dam?",
    "Could you please explain the rules?",
    "Summarise the report",
    "Explain why the dam broke.",
    "What does the report say about dams?",
    "What did the minister say on taxes?",
    "What does the contract state regarding dogs?",
    "What do the rules say about when to leave?",
    "What is written about the mill?",
    "What was said of him?",
    "And what about dogs?",
    "dam height",
    '"troops in Kursk"',
    "the rent for June",
    "named after",
    "the mill by the river",
    "Howdy",
    "?",
    "",
]

EITHER = [
    "What is the reason why the dam broke?",
    "What happened, and why?",
    "the social class that fought with the millers",
    "number of sheep that graze on the dam",
    "Whic firm owns the mill and the dam?",
    "Name two mills on the river",
    "Please name the owner.",
    "Why did the dam break?",
    "And why not?",
    "When and why did it close?",
    "What for?",
    "How come the dam broke?",
    "For what reason did it close?",
    "How did the dam break?",
    "How do I get there?",
    "And how was it funded?",
    "How might one apply?",
    "How to open the gate",
    "how exactly does it work?",
    "How?",
    "and how?",
    "Is the dam in Zambia or Zimbabwe?",
    "Does it open on Sunday or on Monday?",
    "Won't it open on Sunday or on Monday?",
]


@pytest.mark.parametrize(
    ("question", "answered_by"),
    [
        *((question, "words") for question in WORDS),
        *((question, "sentence") for question in SENTENCE),
        *((question, "either") for question in EITHER),
    ],
)
def test_how_a_question_is_asked_tells_what_answers_it(question: str, answered_by: Form) -> None:
    assert form(question) == answered_by


@given(
    st.sampled_from([*WORDS, *SENTENCE, *EITHER]), st.sampled_from(["and ", "So, ", "ok - ", "“", "  ", "But well, "])
)
def test_small_words_and_signs_before_a_question_change_nothing(question: str, before: str) -> None:
    assert form(before + question) == form(question)


@given(st.sampled_from([*WORDS, *SENTENCE, *EITHER]))
def test_capitals_change_nothing(question: str) -> None:
    assert (form(question.upper()), form(question.lower())) == (form(question), form(question))


@pytest.mark.parametrize(
    "question", ["", "?!", "🌊?", "thanks", "Okay, thank you very much!", "Hi there", "Good morning."]
)
def test_a_greeting_or_thanks_ask_nothing(question: str) -> None:
    assert asks_nothing(question)


@pytest.mark.parametrize("question", ["who?", "thanks to whom", "Okay, when?", "harbour", "why all?", "hi-fi"])
def test_whatever_has_another_word_asks_something(question: str) -> None:
    assert not asks_nothing(question)
