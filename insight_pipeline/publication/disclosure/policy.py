"""Disclosure policies as data.

Belongs here: the keys of data_contracts/publication/disclosure.yaml and their meaning. Does not
belong here: applying a policy to figures (primary.py and what follows it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import Field, model_validator

from insight_pipeline.kernel.errors import Fault, nearest, raise_all
from insight_pipeline.kernel.strict import StrictModel, load_yaml

# Steps of rounding that an expected number must hold: half a step is then a tenth of it at most.
_STEPS_EXPECTED = 5


class Rounding(StrEnum):
    """How a count that is shown is rounded to `round_to`."""

    NEAREST = "nearest"
    MIDPOINT = "midpoint"


class DisclosurePolicy(StrictModel):
    """Which counts are hidden, how the others are rounded, and what is guarded besides.

    Counts from `hide_from` to `hide_to` are hidden; without `hide_to` none is. With a `hide_from`
    of 1 a 0 stays 0, because nobody is in it; with 0 it is hidden like the rest.
    round_to, rounding: to the nearest multiple, halves upwards, or to the middle of the block.
    guard_complement: a proportion's remainder (denominator less numerator) is guarded likewise.
    secondary: further figures are hidden where one could be worked out from the rest.
    protection_width: how far apart the smallest and largest value must be that an attacker can
    reconcile with everything published, for every count withheld; left out, the whole hidden range
    must stay possible.
    amount_percent: p of the p % rule (Hundepool et al., Statistical Disclosure Control, 2012,
    ch. 4): a withheld sum of amounts, of which a mean is taken, is not told to within p % on either
    side.
    rate_min_count, standardised_min_count: a crude rate, a standardised one, of fewer events is
    not given. unreliable_below: a figure of fewer events is marked [u].
    largest_count: a count above it is an error of what was counted, and nothing is published.
    """

    title: str
    source: str
    hide_from: int = Field(default=1, ge=0, le=1)
    hide_to: int = Field(default=-1, ge=-1)
    round_to: int = Field(default=1, ge=1)
    rounding: Rounding = Rounding.NEAREST
    guard_complement: bool
    secondary: bool
    protection_width: int | None = Field(default=None, ge=1)
    amount_percent: int = Field(default=10, ge=1, le=50)
    rate_min_count: int = Field(default=0, ge=0)
    standardised_min_count: int = Field(default=0, ge=0)
    unreliable_below: int = Field(default=0, ge=0)
    largest_count: int | None = Field(default=None, ge=1)

    @property
    def hides(self) -> bool:
        """Whether any count is hidden for being small."""
        return self.hide_to >= self.hide_from

    @property
    def width(self) -> int:
        """`protection_width`, or the whole hidden range."""
        whole = max(self.hide_to - self.hide_from, 0)
        return whole if self.protection_width is None else self.protection_width

    @property
    def fewest_expected(self) -> int:
        """Fewest expected events, as shown, on which an indirectly standardised ratio is given.

        An expected number is shown to the nearest `round_to`, so off by half of that at most: on
        five times `round_to` the ratio is off by a tenth because of it. 0 where it is shown exact.
        """
        return _STEPS_EXPECTED * self.round_to if self.hides or self.round_to > 1 else 0

    @property
    def fewest_told(self) -> int:
        """The smallest number of people of whom something may be told by itself.

        A median tells it of those on either side, a limit of a median of those at or beyond it, a
        weighted proportion of as many as its answers are worth. One more than `hide_to`, or a step
        of rounding where nothing is hidden; 1 where everything is shown as it is.
        """
        return max(self.hide_to + 1, self.round_to)

    @model_validator(mode="after")
    def _keys_fit_together(self) -> DisclosurePolicy:
        if 0 <= self.hide_to < max(self.hide_from, 1):
            raise ValueError("hide_to is not below hide_from, and hides more than 0")
        if self.hides and 2 * (self.hide_to + 1) < self.round_to:
            raise ValueError("the smallest shown count must not round to 0: lower round_to")
        if self.rounding is Rounding.MIDPOINT and self.round_to % 2:
            raise ValueError("the middle of a block is a whole number only for an even round_to")
        if not self.hides and (self.secondary or self.guard_complement or self.protection_width):
            raise ValueError("a policy that hides nothing has nothing to guard")
        if self.width > max(self.hide_to - self.hide_from, 0):
            raise ValueError("protection_width is at most hide_to less hide_from")
        return self


class DisclosurePolicies(StrictModel):
    """The whole file: named policies, the one in force, and what the attacker knows besides.

    indicators: indicators that have another policy than the default.
    shared_cohorts: indicators that count out of the same people or events, whose denominators are
    therefore the same number. withdrawn: releases that are not held against a new one, because
    people decided so after what they gave away was found.
    """

    default: str
    policies: dict[str, DisclosurePolicy]
    indicators: dict[str, str] = Field(default_factory=dict)
    shared_cohorts: tuple[tuple[str, ...], ...] = ()
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True)
class PoliciesInForce:
    """Policy per indicator, by name; everything a file says, checked against itself."""

    default: str
    policies: Mapping[str, DisclosurePolicy]
    indicators: Mapping[str, str]
    shared_cohorts: tuple[tuple[str, ...], ...] = ()
    withdrawn: tuple[str, ...] = ()

    @property
    def in_force(self) -> DisclosurePolicy:
        """The policy of every indicator that has no other."""
        return self.policies[self.default]

    def name_of(self, indicator_id: str) -> str:
        """Name of the policy an indicator is published under."""
        return self.indicators.get(indicator_id, self.default)

    def of(self, indicator_id: str) -> DisclosurePolicy:
        """The policy an indicator is published under."""
        return self.policies[self.name_of(indicator_id)]

    def cohort_of(self, indicator_id: str) -> str:
        """First of the indicators that share this one's cohort; the indicator itself if none."""
        for cohort in self.shared_cohorts:
            if indicator_id in cohort:
                return cohort[0]
        return indicator_id


def only(policy: DisclosurePolicy) -> PoliciesInForce:
    """A single policy for every indicator."""
    return PoliciesInForce("only", {"only": policy}, {})


def load_policies(path: Path) -> PoliciesInForce:
    """The file's content; one InsightError names everything in it that does not fit together."""
    file = load_yaml(path, DisclosurePolicies)
    raise_all([*_unknown_policies(path, file), *_repeated_indicators(path, file)])
    return PoliciesInForce(
        file.default, file.policies, file.indicators, file.shared_cohorts, file.withdrawn
    )


def _unknown_policies(path: Path, file: DisclosurePolicies) -> Iterable[Fault]:
    used = {"default": file.default, **{f"indicators.{k}": v for k, v in file.indicators.items()}}
    for key, name in used.items():
        if name not in file.policies:
            yield Fault(
                where=f"{path}: {key}",
                expected=f"one of this file's policies: {', '.join(sorted(file.policies))}",
                found=f"'{name}'",
                consequence="nothing is published",
                next_step=nearest(name, file.policies),
            )


def _repeated_indicators(path: Path, file: DisclosurePolicies) -> Iterable[Fault]:
    named = [name for cohort in file.shared_cohorts for name in cohort]
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield Fault(
            where=f"{path}: shared_cohorts",
            expected="an indicator to stand in one cohort, once",
            found=f"'{name}' more than once",
            consequence="nothing is published",
            next_step="write cohorts that belong together as one",
        )
