"""The recipe of the reader that ships: what is shown in which round, how often, and how fast is learnt from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a source is shown: how often each question, with wrong passages beside the right one how often, and
    how many then at most, edited so that it has no answer how often, and until which part of the training."""

    repeats: float
    wrong_passage: float
    edited: float = 0.0
    until: float = 1.0
    joined: float = 0.0
    wrong_passages: int = 1


@dataclass(frozen=True, slots=True)
class Round:
    """One training from a warm start to a rate of nought; it goes on from the one before, or a mean of earlier ones.

    `mean_of` has the numbers of those, with what each counts (a model soup: Wortsman et al. 2022, "Model soups:
    averaging weights of multiple fine-tuned models improves accuracy"). Of a question's wrong passages as many as
    `alike` are those of questions that begin with the same words. The embeddings and as many layers above them as are
    `frozen` keep their weights; two of six layers spare a quarter of the work.
    """

    seed: int
    learning_rate: float
    mix: Mapping[str, Share]
    alike: int = 0
    mean_of: Mapping[int, float] = field(default_factory=dict)
    frozen: int | None = None


ROUNDS = (
    Round(
        seed=13,
        learning_rate=1.5e-4,
        mix={
            "squad": Share(2.4, 0.6, 0.15),
            "natural_questions": Share(1.8, 0.5, 0.05),
            "reddit": Share(1.5, 0.15, 0.05),
            "amazon": Share(1.5, 0.15, 0.05),
            "qamr": Share(0.6, 0.0, 0.0, until=0.6, joined=0.5),
        },
    ),
    Round(
        seed=14,
        learning_rate=1e-4,
        mix={
            "squad": Share(4.0, 0.8, 0.15),
            "natural_questions": Share(3.0, 0.8, 0.05),
            "reddit": Share(1.2, 0.4, 0.05),
            "amazon": Share(1.2, 0.4, 0.05),
        },
        alike=4,
    ),
    Round(
        seed=15,
        learning_rate=8e-5,
        mix={
            "squad": Share(0.6, 0.3, 0.2),
            "natural_questions": Share(0.48, 0.3, 0.15),
            "reddit": Share(0.15, 0.15, 0.1),
            "amazon": Share(0.15, 0.15, 0.1),
            "qamr": Share(0.3, 0.0, 0.0, joined=0.8),
        },
        alike=2,
        mean_of={1: 1, 2: 1},
    ),
    Round(
        seed=42,
        learning_rate=8e-5,
        mix={
            "squad": Share(0.15, 0.4, 0.1),
            "natural_questions": Share(0.12, 0.4, 0.1),
            "reddit": Share(0.04, 0.2, 0.05),
            "amazon": Share(0.04, 0.2, 0.05),
            "over_passages": Share(1.0, 0.0),
            "over_sets": Share(1.0, 0.0),
        },
        alike=2,
        frozen=2,
    ),
    Round(
        seed=43,
        learning_rate=6e-5,
        mix={
            "squad": Share(0.4, 0.6, 0.1),
            "natural_questions": Share(0.5, 0.6, 0.1),
            "reddit": Share(0.08, 0.3, 0.05),
            "amazon": Share(0.08, 0.3, 0.05),
            "over_passages": Share(0.45, 0.35),
            "over_sets": Share(0.5, 0.0),
        },
        alike=2,
        mean_of={3: 2, 4: 3},
        frozen=2,
    ),
    Round(
        seed=46,
        learning_rate=8e-5,
        mix={
            "squad": Share(0.95, 0.9, 0.1, wrong_passages=3),
            "natural_questions": Share(0.7, 0.9, 0.1, wrong_passages=2),
            "reddit": Share(0.1, 0.3, 0.05),
            "amazon": Share(0.1, 0.3, 0.05),
            "over_passages": Share(0.15, 0.4),
            "over_sets": Share(0.35, 0.0),
        },
        frozen=2,
    ),
)

#: The rounds whose mean ships, with what each counts: it is better than either (see `Round.mean_of`).
SHIPS: Mapping[int, float] = {5: 1, 6: 1}
