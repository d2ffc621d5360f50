"""What a reader must know of a funnel's limits, in words.

Belongs here: what limits allow for, and who is left out. Does not belong here: limits
(funnel_limits.py), or judging (table judgement).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from insight_pipeline.publication.site.records import Figure

_LEFT_OUT = "Figures that are withheld are in no funnel: nothing is concluded about them."


def dispersion_of(figures: Iterable[Figure]) -> tuple[Decimal | None, Decimal | None]:
    """Dispersion and tau squared of the funnel of these figures: those flagged have the same.

    (None, None) where there were too few groups to tell how much they differ beyond chance.
    """
    judged = (figure.judgement for figure in figures)
    told = (each for each in judged if each.tau_squared is not None)
    return next(((each.dispersion, each.tau_squared) for each in told), (None, None))


def about_limits(many: str, figures: Iterable[Figure]) -> tuple[str, ...]:
    """Notes under a funnel of figures. many: what its groups are ('wards')."""
    return _limits(many, *dispersion_of(figures)), _LEFT_OUT


def _limits(many: str, dispersion: Decimal | None, tau_squared: Decimal | None) -> str:
    if dispersion is None or tau_squared is None:
        return (
            f"Limits are those of chance alone: how much {many} differ beyond it cannot be told "
            "from fewer than 10 figures."
        )
    ratio = f"{dispersion:.2f}"
    if tau_squared > 0:
        return (
            f"Limits are wider than chance alone would make them: {many} vary {ratio} times as "
            "much as chance explains, for reasons that no figure here allows for."
        )
    return (
        f"Limits are those of chance alone: {many} vary no more than that "
        f"({ratio} times as much as chance explains)."
    )
