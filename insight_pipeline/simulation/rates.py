"""How often things happen in Ashmere: every rate of the true borough, as data.

Belongs here: prevalences, probabilities and effects. Does not belong here: dirt (dirt_rates.py).
Ashmere is a high-need borough: some rates are several times the national ones, so that a small
simulated population still gives denominators that can be published.
"""

from __future__ import annotations

from dataclasses import dataclass

BOROUGH_CODE = "E06900001"


@dataclass(frozen=True)
class Ward:
    """`need` multiplies the demand for services; `pickup` adds to the chance a referral is kept."""

    code: str
    name: str
    share: float
    need: float
    pickup: float


WARDS: tuple[Ward, ...] = (
    Ward("E05900001", "Abbey", 0.11, 1.30, -0.10),
    Ward("E05900002", "Bridge End", 0.10, 1.25, -0.08),
    Ward("E05900003", "Castle Mead", 0.09, 1.00, 0.02),
    Ward("E05900004", "Dovecote", 0.10, 0.90, 0.05),
    Ward("E05900005", "Eastfield", 0.12, 1.40, -0.12),
    Ward("E05900006", "Furnace Hill", 0.11, 1.20, -0.04),
    Ward("E05900007", "Greenway", 0.09, 0.80, 0.08),
    Ward("E05900008", "Harbour", 0.10, 1.10, 0.00),
    Ward("E05900009", "Ings", 0.09, 0.70, 0.10),
    Ward("E05900010", "Kingsmoor", 0.09, 0.75, 0.09),
)


@dataclass(frozen=True)
class PeopleRates:
    """Yearly unless the name says otherwise."""

    household_moves: float = 0.06
    young_adult_moves: float = 0.12
    stays_in_ward: float = 0.75
    moves_out: float = 0.012
    name_change: float = 0.012
    twins_in_families: float = 0.05
    same_name_fathers_and_sons: float = 0.06
    opted_out_ever: float = 0.011
    opt_out_withdrawn_ever: float = 0.08
    keeps_own_name: float = 0.30
    shares_contact: float = 0.08


@dataclass(frozen=True)
class HealthRates:
    """Referrals to the community health partner, per 1,000 people a year, and what follows."""

    referrals: float = 190.0
    onward_to_care_65: float = 0.25
    onward_to_care_adult: float = 0.16
    onward_to_leisure: float = 0.19
    contacts_mean: float = 3.0
    did_not_attend: float = 0.12
    still_open: float = 0.10


@dataclass(frozen=True)
class CareRates:
    """Adult social care: what follows a referral from health; requests by other routes, and moves
    of under-65s into care homes, per 1,000 people a year."""

    picked_up_28d: float = 0.68
    picked_up_late: float = 0.45
    other_requests: float = 42.0
    started_65: float = 0.62
    started_adult: float = 0.45
    home_care_to_residential: float = 0.10
    younger_care_homes: float = 2.2
    slower_pick_up: float = 0.6  # of those picked up in time, where that is planted to fail


@dataclass(frozen=True)
class LeisureRates:
    """Members are a share of people of 8 to 85; visits are per member a week."""

    members: float = 0.38
    joined_at_start: float = 0.40
    visits_a_week: float = 0.42
    active_days_mean: float = 380.0
    referral_kept: float = 0.42
    referral_dropped: float = 0.33
    misses_a_week: float = 0.3  # of those who join but do not keep at it


@dataclass(frozen=True)
class HomelessRates:
    """Duties per 1,000 people a year; shares of duties."""

    duties: float = 48.0
    referred_on: float = 0.88
    outcome_secured: float = 0.55
    outcome_not_secured: float = 0.25
    secured_with_us: float = 0.45
    after_eviction: float = 0.35
    again_within_a_year: float = 0.06  # of secured endings, beside those who come back by chance
    secured_short: float = 0.30  # of secured endings, unless of the housing company's tenants


@dataclass(frozen=True)
class TreatmentOutcome:
    """What one substance-misuse provider achieves; the difference between the two is known."""

    picked_up_21d: float
    completed: float
    dropped_out: float
    tenancy_kept: float


TREATMENT: dict[str, TreatmentOutcome] = {
    "newleaf": TreatmentOutcome(0.40, 0.50, 0.42, 0.72),
    "recoverwell": TreatmentOutcome(0.62, 0.60, 0.34, 0.86),
}


@dataclass(frozen=True)
class TreatmentRates:
    """Journeys by other routes per 1,000 people a year; shares."""

    other_journeys: float = 26.0
    started: float = 0.88
    picked_up_late: float = 0.25
    median_days: float = 130.0
    lost_in_transition: float = 0.15
    back_in_half_a_year: float = 0.14  # of those who have completed their last journey


@dataclass(frozen=True)
class TenancyRates:
    """Shares of households, and of people in treatment, that rent from the housing company."""

    households: float = 0.26
    in_treatment: float = 0.55
    in_force_at_start: float = 0.80
    ends_a_year: float = 0.09
    new_home_after_move: float = 0.60
    new_home_after_loss: float = 0.25


@dataclass(frozen=True)
class ChildrenRates:
    """Shares of children; care leavers are a share of those turning eighteen."""

    looked_after: float = 0.040
    leavers_at_18: float = 0.40
    leaves_at_18: float = 0.65
    missing_ever: float = 0.30
    homeless_after_leaving: float = 0.14


@dataclass(frozen=True)
class YouthRates:
    """Chance that a young person is in education, employment or training on a day."""

    known: float = 0.93
    in_eet: float = 0.86
    leaver_in_eet: float = 0.56
    unknown: float = 0.05
    gap: float = 0.04
    spell_days: float = 230.0


@dataclass(frozen=True)
class Rates:
    """Every rate of the borough."""

    people: PeopleRates = PeopleRates()
    health: HealthRates = HealthRates()
    care: CareRates = CareRates()
    leisure: LeisureRates = LeisureRates()
    homeless: HomelessRates = HomelessRates()
    treatment: TreatmentRates = TreatmentRates()
    tenancies: TenancyRates = TenancyRates()
    children: ChildrenRates = ChildrenRates()
    youth: YouthRates = YouthRates()


RATES = Rates()
