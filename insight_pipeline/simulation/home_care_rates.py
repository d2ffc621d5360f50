"""The agencies that deliver home care in Ashmere, whom they take and what becomes of their clients.

Belongs here: agencies and rates of their clients, as data. Does not belong here: how a life goes
(journeys/home_care.py), or care of other kinds (rates.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from insight_pipeline.simulation.hospital_rates import ByAge


@dataclass(frozen=True)
class Agency:
    """size: its share of clients of 65, beside the others'; older: what every ten years of age
    above that multiply it by, so that some have the harder cases."""

    code: str
    location_id: str
    size: float
    older: float = 1.0


AGENCIES: tuple[Agency, ...] = (
    Agency("alder_grove", "1-9000000101", 14, 0.80),
    Agency("bramble_way", "1-9000000102", 7, 1.45),
    Agency("cedar_lane", "1-9000000103", 11),
    Agency("dunnock_house", "1-9000000104", 1.2),
    Agency("elmfield", "1-9000000105", 10),
    Agency("foxglove", "1-9000000106", 9, 1.15),
    Agency("greenfinch", "1-9000000107", 13, 0.85),
    Agency("hawthorn_bank", "1-9000000108", 11),
    Agency("ivybridge", "1-9000000109", 8, 1.30),
    Agency("juniper", "1-9000000110", 1.5, 1.2),
    Agency("kingfisher", "1-9000000111", 12),
    Agency("larkspur", "1-9000000112", 9, 1.1),
    Agency("meadowsweet", "1-9000000113", 11, 0.9),
    Agency("nightingale_row", "1-9000000114", 0.8),
)


@dataclass(frozen=True)
class HomeCareRates:
    """further: packages a person and year that begin without a request of their own (again after a
    break, or arranged by the hospital's team). admitted: chance of an emergency within 90 days of a
    start, beside those that come to everybody of that age. spread: standard deviation of the log
    of what an agency multiplies that chance by; failing: what the failing one multiplies it by."""

    further: ByAge = ((0, 0.0), (18, 0.007), (65, 0.13), (75, 0.37), (85, 0.66))
    further_days: float = 55.0
    admitted: ByAge = ((0, 0.07), (65, 0.15), (75, 0.25), (85, 0.34))
    spread: float = 0.08
    failing: float = 2.5


HOME_CARE_RATES = HomeCareRates()
