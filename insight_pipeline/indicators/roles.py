"""Roles: how pages and tables that are made of an indicator find it without knowing its name.

Belongs here: the roles, who has one, and the check that none is played twice. Does not belong here:
what is made of an indicator in a role (publication).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Protocol

from insight_pipeline.kernel.errors import Fault


class Role(StrEnum):
    """Which part an indicator plays on pages and tables that are made of it.

    At most one indicator plays each; where none does, that page's part or table is empty. The
    breakdowns named are the indicator's own and what is made of it reads them.
    """

    SERVED = "served"  # people served, by service: cost of a person served
    NEEDS_MET = "needs_met"  # needs that were met, by ward: first chart of the gaps in service
    NEEDS_MET_BY_AREA = "needs_met_by_area"  # the same by need and by need_area: service vacuums
    DUPLICATED = "duplicated"  # assessments made twice, by need and quarter: what they cost
    LOST_IN_TRANSITION = "lost_in_transition"  # people lost, by service: changes of provider


class Roled(Protocol):
    """What may play a role, such as the header of an indicator."""

    @property
    def role(self) -> Role | None: ...


def of_role(headers: Mapping[str, Roled], role: Role) -> str | None:
    """The id of the indicator that plays the role; None where none does."""
    return next((name for name, header in sorted(headers.items()) if header.role is role), None)


def shared_roles(headers: Mapping[str, Roled]) -> Iterator[Fault]:
    """A fault for every role that several headers claim. headers: path of the file → its header."""
    claims: defaultdict[Role, list[str]] = defaultdict(list)
    for path, header in sorted(headers.items()):
        if header.role is not None:
            claims[header.role].append(path)
    for role, (first, *others) in sorted(claims.items()):
        if others:
            yield Fault(
                where=f"{', '.join(others)} (header): role",
                expected=f"the role {role} once; {first} has it",
                found=f"role: {role} in {len(others) + 1} files",
                consequence="it would be left to chance which of them a page is made of",
                next_step="take the role out of the header of all but one",
            )
