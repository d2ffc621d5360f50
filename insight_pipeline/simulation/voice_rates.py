"""Who is asked about their experience, who answers, and what they would say: rates, as data.

Belongs here: shares and effects of the experience survey. Does not belong here: drawing from them
(journeys/voice.py), or dirt (dirt_rates.py). Older people answer more often and say better things,
so that those who answer sound happier than those who were asked.
"""

from __future__ import annotations

from dataclasses import dataclass

MIDDLE_AGE = 50


@dataclass(frozen=True)
class AskedRates:
    """Of people served: the share invited, at least `fewest` and at most `most` of a service and
    quarter; days of the frame, the invitations and the answers, from the quarter's first day."""

    share: float = 0.35
    fewest: int = 50
    most: int = 180
    youngest: int = 16
    served_within_days: int = 91
    frame_day: int = 31
    invited_within_days: int = 20
    answered_within_days: int = 28


@dataclass(frozen=True)
class AnsweringRates:
    """Chance of an answer at 50, what each year of age and being a woman add, and the least and
    the greatest chance there is; shares of those who do not answer, and of questions left out."""

    at_middle_age: float = 0.44
    a_year: float = 0.0085
    women: float = 0.08
    least: float = 0.08
    most: float = 0.86
    undeliverable: float = 0.08
    declined: float = 0.05
    question_left_out: float = 0.03
    second_theme: float = 0.4
    no_theme: float = 0.25


@dataclass(frozen=True)
class ExperienceRates:
    """What each year of age and being a woman add to the chance of a good experience; shares of
    those with a good one, and of the others, who say yes to the other questions."""

    a_year: float = 0.009
    women: float = 0.05
    least: float = 0.04
    most: float = 0.97
    dignity: tuple[float, float] = (0.90, 0.55)
    helped: tuple[float, float] = (0.85, 0.30)
    together: tuple[float, float] = (0.72, 0.34)


ASKED = AskedRates()
ANSWERING = AnsweringRates()
EXPERIENCE = ExperienceRates()

# Chance of a good experience at 50, by service and provider; the difference between the two
# providers of treatment is known, and others fare as their service does.
GOOD: dict[tuple[str, str], float] = {
    ("adult_social_care", "brightcare"): 0.58,
    ("housing_tenancy", "homestead"): 0.60,
    ("homelessness", "homestead"): 0.52,
    ("leisure", "activelife"): 0.76,
    ("youth_eet", "youthworks"): 0.80,
    ("children_looked_after", "kidsfirst"): 0.66,
    ("community_health", "wellpath"): 0.66,
    ("substance_misuse", "newleaf"): 0.46,
    ("substance_misuse", "recoverwell"): 0.70,
    ("acute_hospital", "merebank"): 0.64,
}
GOOD_ELSEWHERE = 0.62

GOOD_THEMES = {"kind_staff": 5, "helpful_outcome": 4, "easy_access": 2, "joined_up": 2}
BAD_THEMES = {"long_wait": 5, "told_story_again": 3, "hard_access": 3, "unkind_staff": 1,
              "no_information": 3}  # fmt: skip
