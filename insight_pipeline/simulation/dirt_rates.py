"""How dirty each provider's records are, as data.

Belongs here: rates of faults by feed. Does not belong here: how a fault is made (dirt.py).
Unless a name says otherwise, a rate is the share of a feed's records with that fault.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dirt:
    """The faults of one feed; a fault not named is absent."""

    typo: float = 0.0  # of given names, and again of family names
    nickname: float = 0.0  # of people whose given name has one
    plain_letters: float = 0.0
    capitals: float = 0.0
    compound_cut: float = 0.0  # of compound family names
    swapped_names: float = 0.0
    no_family_name: float = 0.0
    old_name: float = 0.0  # of people who have changed theirs
    old_address: float = 0.0  # of people who have moved
    no_sex: float = 0.0
    sex_variant: float = 0.0
    no_birth_date: float = 0.0
    default_birth_date: float = 0.0
    swapped_day_month: float = 0.0  # of birth dates that stay dates when swapped
    birth_year_slip: float = 0.0
    no_nhs_number: float = 1.0
    bad_nhs_number: float = 0.0
    no_nino: float = 1.0
    no_upn: float = 1.0
    no_contact: float = 1.0  # telephone, and again e-mail
    no_postcode: float = 0.0
    untidy_postcode: float = 0.0
    code_variant: float = 0.0  # of coded cells
    impossible_date: float = 0.0  # of event dates
    repeated_row: float = 0.0  # of rows of a file
    registered_twice: float = 0.0  # of people


DIRT: dict[str, Dirt] = {
    "brightcare": Dirt(
        typo=0.012, nickname=0.05, plain_letters=0.7, capitals=0.15, compound_cut=0.2,
        swapped_names=0.006, old_name=0.3, old_address=0.15, no_sex=0.01, sex_variant=0.05,
        no_birth_date=0.006, default_birth_date=0.008, swapped_day_month=0.012,
        birth_year_slip=0.004, no_nhs_number=0.10, bad_nhs_number=0.012, no_postcode=0.015,
        untidy_postcode=0.05, code_variant=0.05, impossible_date=0.001, repeated_row=0.004,
        registered_twice=0.015
    ),
    "homestead": Dirt(
        typo=0.02, nickname=0.08, plain_letters=0.9, compound_cut=0.25, swapped_names=0.008,
        old_name=0.2, no_birth_date=0.02, default_birth_date=0.015, swapped_day_month=0.015,
        birth_year_slip=0.004, no_nino=0.40, no_contact=0.2, no_postcode=0.005,
        untidy_postcode=0.06, code_variant=0.04, repeated_row=0.002, registered_twice=0.01
    ),
    "homestead_duties": Dirt(
        typo=0.02, nickname=0.08, plain_letters=0.9, compound_cut=0.25, swapped_names=0.01,
        no_family_name=0.002, old_name=0.2, old_address=0.3, no_sex=0.02, sex_variant=0.04,
        no_birth_date=0.02, default_birth_date=0.012, swapped_day_month=0.008,
        birth_year_slip=0.005, no_nino=0.45, no_postcode=0.05, untidy_postcode=0.05,
        code_variant=0.04, impossible_date=0.002, repeated_row=0.004
    ),
    "activelife": Dirt(
        typo=0.02, nickname=0.15, compound_cut=0.3, swapped_names=0.01, old_name=0.4,
        no_sex=0.02, sex_variant=0.03, no_birth_date=0.02, default_birth_date=0.02,
        swapped_day_month=0.015, birth_year_slip=0.006, no_contact=0.12, no_postcode=0.02,
        untidy_postcode=0.10, code_variant=0.04, repeated_row=0.003, registered_twice=0.025
    ),
    "youthworks": Dirt(
        typo=0.015, nickname=0.10, plain_letters=0.2, compound_cut=0.2, swapped_names=0.006,
        old_address=0.2, no_sex=0.02, sex_variant=0.05, no_birth_date=0.004,
        swapped_day_month=0.010, no_upn=0.15, no_postcode=0.03, untidy_postcode=0.04,
        code_variant=0.02, impossible_date=0.001, repeated_row=0.003, registered_twice=0.01
    ),
    "kidsfirst": Dirt(
        typo=0.010, nickname=0.06, plain_letters=0.3, compound_cut=0.15, swapped_names=0.004,
        sex_variant=0.03, no_birth_date=0.003, swapped_day_month=0.008, no_nhs_number=0.45,
        bad_nhs_number=0.01, no_upn=0.12, no_postcode=0.05, untidy_postcode=0.04,
        code_variant=0.02, repeated_row=0.003, registered_twice=0.005
    ),
    "wellpath": Dirt(
        typo=0.008, nickname=0.04, plain_letters=0.3, capitals=0.3, compound_cut=0.1,
        swapped_names=0.004, old_name=0.1, old_address=0.2, no_sex=0.01, sex_variant=0.03,
        no_birth_date=0.002, swapped_day_month=0.003, no_nhs_number=0.08, bad_nhs_number=0.008,
        no_postcode=0.015, untidy_postcode=0.04, code_variant=0.04, impossible_date=0.001,
        repeated_row=0.003, registered_twice=0.01
    ),
    "merebank": Dirt(
        typo=0.006, nickname=0.02, plain_letters=0.8, compound_cut=0.1, swapped_names=0.003,
        old_name=0.2, old_address=0.12, no_sex=0.003, sex_variant=0.02, no_birth_date=0.001,
        swapped_day_month=0.002, birth_year_slip=0.001, no_nhs_number=0.03, bad_nhs_number=0.002,
        no_postcode=0.008, untidy_postcode=0.03, code_variant=0.02, impossible_date=0.001,
        repeated_row=0.002, registered_twice=0.012
    ),
    "newleaf": Dirt(
        typo=0.03, nickname=0.18, plain_letters=0.6, compound_cut=0.3, swapped_names=0.015,
        old_name=0.4, no_sex=0.03, sex_variant=0.08, no_birth_date=0.02,
        default_birth_date=0.015, swapped_day_month=0.02, birth_year_slip=0.008,
        no_postcode=0.08, untidy_postcode=0.08, code_variant=0.06, impossible_date=0.003,
        repeated_row=0.006, registered_twice=0.02
    ),
    "recoverwell": Dirt(
        typo=0.012, nickname=0.10, plain_letters=0.2, compound_cut=0.2, swapped_names=0.006,
        old_name=0.2, no_sex=0.02, sex_variant=0.04, no_birth_date=0.006,
        swapped_day_month=0.006, no_nhs_number=0.35, bad_nhs_number=0.01, no_postcode=0.04,
        untidy_postcode=0.05, code_variant=0.04, repeated_row=0.003, registered_twice=0.01
    ),
    "voices": Dirt(
        typo=0.006, nickname=0.05, plain_letters=0.4, compound_cut=0.1, swapped_names=0.003,
        old_name=0.15, old_address=0.10, no_sex=0.01, sex_variant=0.03, no_birth_date=0.004,
        swapped_day_month=0.003, no_nhs_number=0.25, bad_nhs_number=0.006, no_postcode=0.01,
        untidy_postcode=0.04, code_variant=0.03, impossible_date=0.001, repeated_row=0.003,
        registered_twice=0.01
    ),
    "council_deaths": Dirt(
        typo=0.008, plain_letters=0.4, no_birth_date=0.003, swapped_day_month=0.004,
        no_nhs_number=0.08, bad_nhs_number=0.005, no_postcode=0.01, untidy_postcode=0.02,
        sex_variant=0.02
    ),
    "council_opt_outs": Dirt(
        typo=0.008, nickname=0.03, no_nhs_number=0.05, swapped_day_month=0.003,
        untidy_postcode=0.04
    ),
}  # fmt: skip
