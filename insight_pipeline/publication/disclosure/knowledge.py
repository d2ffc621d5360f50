"""What a published number says of the count behind it.

Belongs here: the range of counts that a policy shows as one number. Does not belong here: what
several numbers say together (building.py).
"""

from __future__ import annotations

from insight_pipeline.publication.disclosure.policy import DisclosurePolicy, Rounding

Range = tuple[float, float]
ANYTHING: Range = (float("-inf"), float("inf"))


def rounded_range(number: float, policy: DisclosurePolicy) -> Range:
    """Whole counts that are rounded to `number`, from smallest to largest."""
    base = policy.round_to
    if policy.rounding is Rounding.NEAREST:
        return number - base // 2, number + (base - 1) // 2
    return (number - base // 2 + 1, number + base // 2) if number else (0.0, 0.0)


def without_hidden(low: float, high: float, policy: DisclosurePolicy) -> Range:
    """A range of which the reader knows that no count the policy hides is in it."""
    if policy.hides and policy.hide_from <= low <= policy.hide_to:
        low = policy.hide_to + 1
    if policy.hides and policy.hide_from <= high <= policy.hide_to:
        high = policy.hide_from - 1
    return low, high


def count_range(number: float, policy: DisclosurePolicy, fewest: float = 0) -> Range:
    """Counts that the policy shows as `number`; none is below `fewest` (-inf for amounts)."""
    low, high = rounded_range(number, policy)
    low, high = without_hidden(max(low, 0.0) if fewest >= 0 else low, high, policy)
    return (max(low, fewest) if number else low), high


def fewest_events(statistic: str, policy: DisclosurePolicy) -> float:
    """The smallest number of events of which a figure that is not 0 is given at all."""
    match statistic:
        case "mean":
            return float("-inf")
        case "rate":
            return policy.rate_min_count
        case "dsr":
            return max(10, policy.standardised_min_count)
        case "isr":
            return policy.standardised_min_count
        case _:
            return 0


def rest_range(numerator: Range, denominator: Range, policy: DisclosurePolicy) -> Range:
    """Denominator less numerator of a proportion, given what is known of both.

    The reader knows that a rest in the hidden range would have hidden the figure.
    """
    low = max(denominator[0] - numerator[1], 0.0)
    high = denominator[1] - numerator[0]
    return without_hidden(low, high, policy) if policy.guard_complement else (low, high)


def is_small(count: float, policy: DisclosurePolicy) -> bool:
    """Whether a policy hides a count for its own sake."""
    return policy.hides and policy.hide_from <= count <= policy.hide_to


def withheld_range(count: float, policy: DisclosurePolicy) -> Range:
    """The range a withheld count is known to lie in by who knows of small ones that they are."""
    return (policy.hide_from, policy.hide_to) if is_small(count, policy) else ANYTHING


def needed_width(count: float, policy: DisclosurePolicy, margin: int = 0) -> float:
    """How much of its range must stay possible for a withheld count.

    One that is not small needs no more than it would have if it were shown, rounded. `margin`: what
    of a small one may be told otherwise than by counts; no more than the range itself is needed.
    """
    if is_small(count, policy):
        return min(policy.width + margin, policy.hide_to - policy.hide_from)
    return min(policy.width, max(policy.round_to - 1, 1))


def needed_amount_width(amount: float, policy: DisclosurePolicy) -> float:
    """How much of its range must stay possible for a withheld sum of amounts.

    What a count needs means nothing on the scale of amounts: one of 1,000 known to 4 is known. By
    the p % rule (Hundepool et al., Statistical Disclosure Control, 2012, ch. 4) an amount may not
    be told to within p %; taken to either side, that is a width of twice as much.
    """
    share = policy.amount_percent / 100 if policy.hides else 0.0
    return max(needed_width(amount, policy), 2 * share * abs(amount))


def only_rounding(base: int) -> DisclosurePolicy:
    """A policy of which only the rounding is known; nothing can be concluded from what it shows."""
    return DisclosurePolicy(
        title="unknown",
        source="an earlier release",
        round_to=base,
        guard_complement=False,
        secondary=False,
    )
