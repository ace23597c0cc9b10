"""The named cases of `behaviours.json` and `development.json` in `tests/fixtures/questions`: asked, and judged."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.replies import Answer, Reply

QUESTIONS = Path(__file__).parent / "fixtures" / "questions"
SEEDS = Path(__file__).parents[1] / "seeds"


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what its reply should do, by the behaviour it belongs to."""

    behaviour: str
    name: str
    question: str
    documents: tuple[str, ...] | None
    expected: dict[str, Any]

    def trouble(self, reply: Reply) -> str | None:
        """Say in a few words what a reply does not do; None when it does everything."""
        return _JUDGES[self.behaviour](self.expected, reply)


def cases(file: str) -> Iterator[Case]:
    """Yield all cases of `behaviours.json` or of `development.json`, behaviour after behaviour."""
    for behaviour, listed in json.loads((QUESTIONS / file).read_text()).items():
        for case in listed:
            documents = case["documents"]
            yield Case(behaviour, case["name"], case["question"], documents and tuple(documents), case)


def gather(folder: Path) -> None:
    """Copy the documents that the cases are about side by side into a folder."""
    copy(SEEDS, folder)
    copy(QUESTIONS / "documents", folder)


def copy(source: Path, folder: Path) -> None:
    """Copy the files of one folder into another, which is made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        shutil.copyfile(file, folder / file.name)


def _several(expected: dict[str, Any], reply: Reply) -> str | None:
    if reply.status != "several":
        return f"status {reply.status} {_shown(reply)}"
    found = [
        {number for number, each in enumerate(expected["answers"]) if _is_one_of(answer, each["evidence"])}
        for answer in reply.answers
    ]
    missing = set(range(len(expected["answers"]))) - {number for numbers in found for number in numbers}
    if missing:
        return f"{len(missing)} answers are missing: {_shown(reply)}"
    return None if all(len(numbers) <= 1 for numbers in found) else f"answers are mixed: {_shown(reply)}"


def _agreeing(expected: dict[str, Any], reply: Reply) -> str | None:
    if reply.status != "answered":
        return f"status {reply.status} {_shown(reply)}"
    right = [e for e in reply.answers[0].evidence if e.document.path in expected["evidence"]]
    return None if len(right) >= expected["least_evidence"] else f"evidence from {len(right)} places: {_shown(reply)}"


def _quantities(expected: dict[str, Any], reply: Reply) -> str | None:
    if trouble := _first_answer(expected, reply):
        return trouble
    quantity = reply.answers[0].quantity
    if quantity is None:
        return f"no quantity in {reply.answers[0].text!r}"
    stated = (quantity.value, quantity.modifier)
    return None if stated == (expected["value"], expected["modifier"]) else f"{stated} in {reply.answers[0].text!r}"


def _attribution(expected: dict[str, Any], reply: Reply) -> str | None:
    if trouble := _first_answer(expected, reply):
        return trouble
    evidence = reply.answers[0].evidence[0]
    said = evidence.attribution and evidence.document.text[slice(*evidence.attribution)]
    right = said is None if not expected["attributions"] else said in expected["attributions"]
    return None if right else f"attributed to {said!r}"


def _sentences(expected: dict[str, Any], reply: Reply) -> str | None:
    quoted = [_plain(e.quote.text) for answer in reply.answers for e in answer.evidence]
    held = [
        [any(_plain(sentence) in quote for quote in quoted) for sentence in expected[which]]
        for which in ("all_of", "any_of")
    ]
    return None if all(held[0]) and (not held[1] or any(held[1])) else f"quoted {quoted}"


def _quotes(expected: dict[str, Any], reply: Reply) -> str | None:
    if trouble := _first_answer(expected, reply):
        return trouble
    quoted = reply.answers[0].evidence[0].quote.text
    return None if _plain(quoted) == _plain(expected["quote"]) else f"quoted {quoted!r}"


def _not_stated(expected: dict[str, Any], reply: Reply) -> str | None:
    return None if reply.status == "not_stated" else f"status {reply.status} {_shown(reply)}"


def _counting(expected: dict[str, Any], reply: Reply) -> str | None:
    return None if reply.status == "counted" else f"status {reply.status}"


def _first_answer(expected: dict[str, Any], reply: Reply) -> str | None:
    if not reply.answers:
        return f"status {reply.status}"
    return (
        None if _is_one_of(reply.answers[0], {expected["document"]: expected["texts"]}) else f"answered {_shown(reply)}"
    )


def _is_one_of(answer: Answer, wordings: dict[str, list[str]]) -> bool:
    return any(
        _plain(e.document.text[e.answer_start : e.answer_end]) in map(_plain, wordings.get(e.document.path, ()))
        for e in answer.evidence
    )


def _plain(text: str) -> str:
    """Return a wording without case, line breaks and the punctuation and articles at its ends."""
    return " ".join(text.casefold().split()).removeprefix("the ").removeprefix("a ").strip(" .,;:“”\"'")


def _shown(reply: Reply) -> str:
    return " | ".join(answer.text for answer in reply.answers)


_JUDGES: dict[str, Callable[[dict[str, Any], Reply], str | None]] = {
    "several": _several,
    "agreeing": _agreeing,
    "quantities": _quantities,
    "attribution": _attribution,
    "sentences": _sentences,
    "quotes": _quotes,
    "not_stated": _not_stated,
    "counting": _counting,
}
