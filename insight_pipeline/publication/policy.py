"""Disclosure policies as data.

Belongs here: the keys of data_contracts/publication/disclosure.yaml and their meaning. Does not
belong here: applying a policy to figures (disclosure.py).
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from insight_pipeline.kernel.errors import Fault, InsightError, nearest
from insight_pipeline.kernel.strict import StrictModel, load_yaml


class DisclosurePolicy(StrictModel):
    """Which counts are hidden, how the others are rounded, and what is guarded besides.

    Counts from `hide_from` to `hide_to` are hidden; 0 stays 0 because nobody is in it.
    guard_complement: a proportion's remainder (denominator less numerator) is guarded likewise.
    secondary: where one hidden part could be worked out from a total, a second part is hidden.
    """

    title: str
    source: str
    hide_from: int = Field(ge=1)
    hide_to: int
    round_to: int = Field(ge=1)
    guard_complement: bool
    secondary: bool

    @model_validator(mode="after")
    def _shown_counts_stay_above_zero(self) -> DisclosurePolicy:
        if self.hide_to < self.hide_from:
            raise ValueError("hide_to is not below hide_from")
        if 2 * (self.hide_to + 1) < self.round_to:
            raise ValueError("the smallest shown count must not round to 0: lower round_to")
        return self


class DisclosurePolicies(StrictModel):
    """The whole file: named policies and the one in force."""

    default: str
    policies: dict[str, DisclosurePolicy]


def load_policy(path: Path) -> tuple[str, DisclosurePolicy]:
    """Name and content of the policy in force."""
    file = load_yaml(path, DisclosurePolicies)
    if file.default not in file.policies:
        raise InsightError(
            [
                Fault(
                    where=f"{path}: default",
                    expected=f"one of this file's policies: {', '.join(sorted(file.policies))}",
                    found=f"'{file.default}'",
                    consequence="nothing is published",
                    next_step=nearest(file.default, file.policies),
                )
            ]
        )
    return file.default, file.policies[file.default]
