import pytest

from qa.conversation import Turn, Understanding, understand

TROOPS = Turn("how many troops did North Korea send?", ("about 10,000",))
DAM = Turn("how high is the Kariba Dam?", ("128 metres",))


def meant(question: str, *turns: Turn) -> str:
    return understand(question, turns).interpreted_as


@pytest.mark.parametrize("question", ["and containers?", "who designed it?", "why?", "", "?", "who said so?"])
def test_the_first_question_means_what_it_says(question: str) -> None:
    assert understand(question, ()) == Understanding(question, question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("and containers?", "how many containers did North Korea send?"),
        ("And how many containers?", "how many containers did North Korea send?"),
        ("what about South Korea?", "how many troops did South Korea send?"),
        ("since when?", "since when did North Korea send troops?"),
        ("why?", "why did North Korea send troops?"),
        ("and in 2019?", "how many troops did North Korea send in 2019?"),
        ("how many of them?", "how many of the troops? (North Korea)"),
        ("Okay. And containers?", "how many containers did North Korea send?"),
        ("Okay. Now, what about South Korea?", "how many troops did South Korea send?"),
        ("But I like containers.", "But I like containers. (North Korea)"),
        ("Wow, that's more than I thought! since when?", "since when did North Korea send troops?"),
    ],
)
def test_a_fragment_becomes_a_whole_question(question: str, expected: str) -> None:
    assert meant(question, TROOPS) == expected


@pytest.mark.parametrize(
    ("asked", "answer", "question", "expected"),
    [
        ("when was the bridge opened?", "1911", "by whom?", "by whom was the bridge opened?"),
        ("how many visitors came in 2018?", "58", "and in 2019?", "how many visitors came in 2019?"),
        ("how many steps are there?", "31", "since when?", "since when are there steps?"),
        ("who is the minister?", "Lloyd Austin", "since when?", "since when is Lloyd Austin the minister?"),
        ("Did the museum close in 1911?", "", "why?", "why did the museum close in 1911?"),
        ("who designed the tower?", "Ada Quill", "what about the roof?", "who designed the roof?"),
        ("who designed the tower?", "Ada Quill", "when?", "when? (who designed the tower)"),
        ("I see. Who designed the tower?", "Ada Quill", "when?", "when? (Who designed the tower)"),
        ("I saw a tower. Who designed the roof?", "Ada Quill", "and the door?", "Who designed the door?"),
        ("how high is the rent of the flat?", "1,200", "and the deposit?", "how high is the deposit of the flat?"),
        ("what is Mei Tanaka's salary?", "50,000", "and Jonas Weber's?", "what is Jonas Weber's salary?"),
        ("what did Ada discover?", "the bog-moss", "when?", "when did Ada discover the bog-moss?"),
        ("what did Ada find on the hill?", "a coin", "when?", "when did Ada find a coin on the hill?"),
        ("what did Ada do?", "a strike", "when?", "when? (what did Ada do)"),
    ],
)
def test_a_fragment_is_completed_from_the_question_before(
    asked: str, answer: str, question: str, expected: str
) -> None:
    assert meant(question, Turn(asked, (answer,) if answer else ())) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("and the depth?", "what was the depth? (Kariba Dam)"),
        ("who said so?", "who said “400 million”? (what was the cost, Kariba Dam)"),
    ],
)
def test_what_was_put_in_brackets_stays_there(question: str, expected: str) -> None:
    cost = Turn("what was the cost?", ("400 million",), "what was the cost? (Kariba Dam)")
    assert meant(question, DAM, cost) == expected


def test_a_question_about_something_new_leaves_nothing_to_refer_to_of_what_was_before() -> None:
    containers = Turn("and containers?", ("58",), "how many containers did North Korea send?")
    assert meant("who designed it?", TROOPS, containers, DAM) == "who designed the Kariba Dam?"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("how many plots are there?", "how many troops?"),
        ("how many containers did North Korea ship?", "how many troops? (North Korea)"),
        ("how high is the Kariba Dam?", "how many troops? (Kariba Dam)"),
    ],
)
def test_what_was_counted_before_says_nothing_of_another_count(asked: str, expected: str) -> None:
    assert meant("how many troops?", Turn(asked, ("58",))) == expected


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        ([DAM], "who designed it?", "who designed the Kariba Dam?"),
        ([DAM, Turn("who designed it?", ("André Coyne",))], "when was he born?", "when was André Coyne born?"),
        ([Turn("What is lung cancer?")], "What are its symptoms?", "What are lung cancer’s symptoms?"),
        ([Turn("where was Ada Quill born?", ("in Ardwick",))], "who lives there?", "who lives in Ardwick?"),
        ([Turn("when was the bridge opened?", ("1911",))], "what happened in that year?", "what happened in 1911?"),
        (
            [Turn("which bridges cross the Ard?", ("Mill Bridge", "Old Bridge"))],
            "when was the second one opened?",
            "when was Old Bridge opened? (Ard)",
        ),
        ([Turn("who is the minister?", ("Lloyd Austin",))], "what did Austin say?", "what did Lloyd Austin say?"),
        ([DAM], "what was the cost?", "what was the cost? (Kariba Dam)"),
        ([DAM], "anything else?", "anything else? (Kariba Dam)"),
        ([Turn("who designed the Swift kettle?", ("Ada Quill",))], "how heavy is it?", "how heavy is the Swift?"),
        ([Turn("who owns the museum?", ("the Orme Trust",))], "what is it?", "what is the Orme Trust?"),
        ([Turn("which city is its capital?", ("New York",))], "how large is it?", "how large is New York?"),
        (
            [DAM, Turn("who designed it?", ("André Coyne",)), Turn("when was he born?", ("1891",))],
            "how high is it?",
            "how high is the Kariba Dam?",
        ),
        (
            [Turn("how many troops are in Russia?", ("10,000",)), Turn("and when?", ("2024",))],
            "where are they training?",
            "where are the troops training? (Russia)",
        ),
        (
            [Turn("how long is the ferry?", ("40 metres",)), Turn("how much is the fare?", ("£2",))],
            "when does it leave?",
            "when does the ferry leave?",
        ),
    ],
)
def test_what_refers_to_something_said_before_is_named(turns: list[Turn], question: str, expected: str) -> None:
    assert meant(question, *turns) == expected


@pytest.mark.parametrize(
    "question",
    [
        "How high is the Kariba Dam?",
        "What causes lung cancer?",
        "how long does it take to walk to Ardwick?",
        "is there a train to Ardwick?",
        "how many times is Kursk mentioned?",
    ],
)
def test_a_change_of_subject_carries_nothing_over(question: str) -> None:
    assert understand(question, [TROOPS]) == Understanding(question, question)


def test_a_remark_before_a_question_stays_where_there_is_nothing_to_complete() -> None:
    asked = "Okay. Who wrote Middlemarch?"
    assert understand(asked, [TROOPS]) == Understanding(asked, asked)


def test_two_questions_at_once_are_no_fragment() -> None:
    asked = "What about the other parties? Who leads those?"
    assert meant(asked, TROOPS) == f"{asked} (North Korea)"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who built Corin harbour? Is it deep?", "Who built Corin harbour? Is it deep?"),
        ("Tell me about Corin harbour. Is it deep?", "Tell me about Corin harbour. Is it deep?"),
        ("I have a boat on a lake. Is it deep?", "I have a boat on a lake. Is the Kariba Dam deep?"),
        ("Really? Is it deep?", "Is the Kariba Dam deep?"),
    ],
)
def test_what_a_question_asks_about_itself_is_what_it_refers_to(question: str, expected: str) -> None:
    assert meant(question, DAM) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Okay, who built Corin harbour? And when?", "Okay, who built Corin harbour? And when?"),
        ("I meant Lake Corin. How deep is Lake Corin?", "I meant Lake Corin. How deep is Lake Corin?"),
        ("Tell Dr. Smith about it.", "Tell Dr. Smith about the Kariba Dam."),
        ("Great Yarmouth has a museum. Who is Ada Quill?", "Great Yarmouth has a museum. Who is Ada Quill?"),
    ],
)
def test_only_remarks_are_left_out_and_sentences_end_where_they_end(question: str, expected: str) -> None:
    assert meant(question, DAM) == expected


@pytest.mark.parametrize(
    ("asked", "question", "expected"),
    [
        ("how many U.S. troops were sent?", "why?", "why were U.S. troops sent?"),
        ("who fought in World War II?", "and World War I?", "who fought in World War I?"),
        ("Is the museum open? I want to swim.", "what about the pool?", "Is the pool open?"),
        (
            "how many visitors did the library have in 2022?",
            "And the museum?",
            "how many visitors did the museum have in 2022?",
        ),
        (
            "how many came according to the operator?",
            "and according to the police?",
            "how many came according to the police?",
        ),
        ("was the bridge closed?", "How so?", "why was the bridge closed?"),
        ("when does the ferry leave?", "and the last one?", "and the last one? (when does the ferry leave)"),
        ("when was Ada Quill born?", "and her sister?", "and her sister? (when was Ada Quill born)"),
        ("when was Ada Quill born?", "thanks!", "thanks!"),
        (
            "how many visitors were there when the new telescope was ordered?",
            "did it arrive?",
            "did the new telescope arrive?",
        ),
    ],
)
def test_what_a_first_user_stumbled_over(asked: str, question: str, expected: str) -> None:
    assert meant(question, Turn(asked)) == expected


@pytest.mark.parametrize("short", ["I’d like a map.", "I've a map.", "Don't they?"])
def test_a_contraction_is_no_name_to_refer_to(short: str) -> None:
    turns = [Turn(f"{short} Where are the boats of the harbour?", ("in the shed",))]
    assert meant("who built them?", *turns) == "who built the boats?"


def test_the_new_subject_is_what_later_questions_are_about() -> None:
    assert meant("who designed it?", TROOPS, Turn("how high is the Kariba Dam?")) == "who designed the Kariba Dam?"


def test_who_said_so_asks_about_the_answer_before() -> None:
    assert understand("who said so?", [TROOPS]) == Understanding(
        "who said so?",
        "who said “about 10,000”? (how many troops did North Korea send)",
        ("how many troops did North Korea send?",),
        asks_who_said_it=True,
    )
    said = Turn("who said so?", ("the Pentagon",), "who said “about 10,000”?")
    assert meant("since when?", TROOPS, said) == "since when did North Korea send troops?"


@pytest.mark.parametrize("answers", [("about 10,000",), ("about 10,000", "13,000")])
def test_who_said_so_as_it_was_understood_can_be_asked_again_by_itself(answers: tuple[str, ...]) -> None:
    meant = understand("who said so?", [Turn("how many troops?", answers)]).interpreted_as
    for turns in ([], [DAM]):
        again = Understanding(meant, meant, ("how many troops",), asks_who_said_it=True)
        assert understand(meant, turns) == again


def test_who_said_so_as_it_was_understood_is_no_new_topic() -> None:
    said = Turn("who said “about 10,000”? (how many troops did North Korea send)", ("the Pentagon",))
    assert meant("and containers?", TROOPS, said) == meant("and containers?", TROOPS)


@pytest.mark.parametrize("answer", ["the , b", "the a, ", ", and", "a", ""])
def test_of_a_list_without_words_there_is_no_first_one(answer: str) -> None:
    assert meant("the first one?", Turn("who came?", (answer,))).startswith("the first one?")


def test_a_turn_that_was_asked_as_typed_is_not_understood_again() -> None:
    turns = [DAM, Turn("and Mill Bridge?", (), "and Mill Bridge?")]
    assert meant("how high is it?", *turns) == "how high is Mill Bridge?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what was the cost?", True),
        ("who designed it?", False),
        ("and the last one?", False),
        ("anything else?", False),
        ("how many troops did North Korea send?", False),
    ],
)
def test_a_question_with_the_subject_only_behind_it_could_be_about_another(question: str, expected: bool) -> None:
    assert understand(question, [DAM]).is_whole_by_itself is expected


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        (
            [Turn("what does the AquaLift 300 weigh?", ("11 kg",))],
            "how much does it cost?",
            "how much does the AquaLift 300 cost?",
        ),
        (
            [Turn("who makes the AquaLift 300?", ("Hydrocore",))],
            "what does it weigh?",
            "what does the AquaLift 300 weigh?",
        ),
        ([Turn("who visited Vellin?", ("Prime minister Petrak",))], "was he booed?", "was Petrak booed?"),
        ([Turn("who was Clara Orme?", ("a botanist",))], "when was she born?", "when was Clara Orme born?"),
        ([Turn("who was Clara Orme's father?", ("Otto Orme",))], "when was she born?", "when was Clara Orme born?"),
        ([Turn("who was Clara Orme's father?", ("Otto Orme",))], "when was he born?", "when was Otto Orme born?"),
        (
            [
                Turn("how much is the hire of the Solveig?", ("8 euros",)),
                Turn("how high is the tower?", ("41 m",), "how high is the tower?"),
            ],
            "who built it?",
            "who built the tower? (Solveig)",
        ),
        (
            [Turn("how much do cooled ones cost a day?", ("30 euros",))],
            "and normal ones?",
            "how much do normal ones cost a day?",
        ),
        ([Turn("when is the hire due?", ("Monday",))], "and the deposit?", "when is the deposit due?"),
        ([Turn("when will the market move?", ("May",))], "where to?", "where will the market move to?"),
        (
            [Turn("how many people died?", ("19", "14"))],
            "the second one?",
            "how many people died? (14)",
        ),
        (
            [
                Turn("how many people died?", ("19", "14")),
                Turn("the first one?", ("19, as was said",), "how many people died? (19)"),
            ],
            "the second one?",
            "how many people died? (14)",
        ),
        ([Turn("how many left?", ("3",))], "what about the mill, when was it built?", "when was the mill built?"),
        ([Turn("who opened the inn?", ("Ada Quill",)), Turn("thanks!")], "when?", "when? (who opened the inn)"),
    ],
)
def test_what_a_reader_of_the_conversation_would_take_it_for(turns: list[Turn], question: str, expected: str) -> None:
    assert meant(question, *turns) == expected
