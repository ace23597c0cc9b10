"""A reply as HTML, for browsers without scripts: what the chat page shows, without its conveniences."""

from collections.abc import Sequence
from html import escape

from api.schemas import AnswerOut, CountOut, EvidenceOut, PassageOut, ReplyOut

_CERTAINTY = {"high": "Quite sure", "medium": "Fairly sure", "low": "Not sure"}
#: Passages shown where the documents do not say.
_NEAREST = 3


def reply_html(reply: ReplyOut) -> str:
    """Return the answers of a reply with their quotes, or what stands nearest."""
    if reply.status == "no_documents":
        gone = "None of the chosen documents is there now. Choose others, or ask all of them."
        return f'<p class="status">{gone if reply.documents else "There are no documents to ask."}</p>'
    if reply.status == "not_stated":
        nearest = "".join(map(_passage, reply.passages[:_NEAREST]))
        return f'<p class="status">The documents do not say. Nearest to it:</p><ul class="passages">{nearest}</ul>'
    if reply.count is not None:
        return _count(reply.count)
    intro = '<p class="status">The documents give different answers.</p>' if reply.status == "several" else ""
    kind = "answers several" if intro else "answers"
    return f'{intro}<div class="{kind}">{"".join(_answer(answer, bool(intro)) for answer in reply.answers)}</div>'


def _answer(answer: AnswerOut, is_one_of_several: bool) -> str:
    first = answer.evidence[0]
    whole = (first.answer_start, first.answer_end) == (first.start, first.end)
    words = "" if whole else f'<p class="words" dir="auto">{escape(answer.text)}</p>'
    claimant = first.attribution if is_one_of_several else None
    said = f'<p class="said" dir="auto">{escape(claimant.text)}</p>' if claimant else ""
    certainty = f'<p class="certainty {answer.confidence_level}">{_CERTAINTY[answer.confidence_level]}</p>'
    return f'<section class="answer">{said}{words}{certainty}{_quotes(answer.evidence)}</section>'


def _count(count: CountOut) -> str:
    documents = f"{count.documents:,} document{'' if count.documents == 1 else 's'}"
    mentions = f"{count.value:,} mention{'' if count.value == 1 else 's'} in {documents}"
    found = f"mentioned in {documents}" if count.unit == "documents" else mentions
    more = f'<p class="status">The first {len(count.occurrences)} are shown.</p>' if count.next else ""
    words = f'<p class="words" dir="auto">{escape(count.of)}: {found}</p>'
    return f'<section class="answer">{words}{_quotes(count.occurrences)}{more}</section>'


def _quotes(evidence: Sequence[EvidenceOut]) -> str:
    return f'<ol class="quotes">{"".join(map(_quote, evidence))}</ol>'


def _quote(evidence: EvidenceOut) -> str:
    before, answer, after = (
        escape(part)
        for part in (
            evidence.quote[: evidence.answer_start - evidence.start],
            evidence.quote[evidence.answer_start - evidence.start : evidence.answer_end - evidence.start],
            evidence.quote[evidence.answer_end - evidence.start :],
        )
    )
    context = "".join(f'<p class="context" dir="auto">{escape(part.text)}</p>' for part in evidence.context)
    quote = f'<blockquote dir="auto">{before}<mark>{answer}</mark>{after}</blockquote>'
    return f"<li>{context}{quote}{_source(evidence.url, evidence.title, *evidence.place)}</li>"


def _passage(passage: PassageOut) -> str:
    return f'<li><p class="passage" dir="auto">{escape(passage.text)}</p>{_source(passage.url, passage.title)}</li>'


def _source(url: str, title: str, *place: str) -> str:
    where = f" <span>{escape(', '.join(place))}</span>" if place else ""
    return f'<p class="source"><a href="{escape(url)}#quote">{escape(title)}</a>{where}</p>'
