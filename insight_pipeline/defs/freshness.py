"""How soon after one delivery the next one is due, as Dagster's freshness policy.

Belongs here: the contract's `slaProperties` in Dagster's words. Does not belong here: lateness as
we judge it (contracts/service_levels/due.py), which follows the calendar and reads no clock.

Dagster measures the time since an asset's last event. A night makes every asset again whether or
not anything came, so that the policy belongs only on an asset whose events are new deliveries.
"""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from insight_pipeline.contracts.promise.contract import Contract

LONGEST_MONTH_DAYS = 31
# What comes after the night's start is seen by the next one.
ONE_NIGHT = timedelta(days=1)


def freshness_of(contract: Contract) -> dg.FreshnessPolicy | None:
    """Fails when no delivery came for as long as a kept promise allows at most.

    One that came on the last day of its period may be followed by one that comes on the last day
    allowed after the next: a whole frequency and the latency. None where either is not promised.
    """
    promised = contract.service_levels
    if promised.frequency_months is None or promised.latency_days is None:
        return None
    longest = promised.frequency_months * LONGEST_MONTH_DAYS + promised.latency_days
    return dg.FreshnessPolicy.time_window(fail_window=timedelta(days=longest) + ONE_NIGHT)
