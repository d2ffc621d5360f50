"""How this installation is run: data_contracts/operations.yaml as one frozen record.

Belongs here: the file's shape. Does not belong here: what is done with it. Without a file the
defaults below hold, so that a home needs none.
"""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from insight_pipeline.kernel.strict import StrictModel, load_yaml
from insight_pipeline.operations.channel_policy import Channel, LogChannel, Name, Route
from insight_pipeline.operations.kinds import Kind
from insight_pipeline.operations.timetable import parse_cron
from insight_pipeline.settings import Settings

OPERATIONS_FILE = "operations.yaml"
TEAM = "team:data-engineering"
LOG = LogChannel(name="log", type="log", owner=TEAM)


class Timetable(StrictModel):
    """When something starts: five-field cron in a time zone of the IANA database."""

    cron: str
    timezone: str = "Europe/London"

    @model_validator(mode="after")
    def _is_usable(self) -> Timetable:
        parse_cron(self.cron)
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"'{self.timezone}' is no time zone, such as Europe/London") from None
        return self


class Digest(Timetable):
    """The morning digest: when, and to which channels."""

    cron: str = "0 7 * * *"
    channels: tuple[Name, ...] = ("log",)


class Arrivals(StrictModel):
    """settle_looks: so many looks in a row must find a drop the same before it asks for a run."""

    settle_looks: int = Field(default=2, ge=1)


class Incidents(StrictModel):
    """What counts as an incident, and how often it is told.

    owner: of what no contract answers for. owner_of_provider_trouble: `team`, or `contract` for
    the first address of the contract's team. remind_after_hours: an open incident is told again.
    night_grace_hours: a night may start or end so much later than due. disk_floor_gb: least free
    space (10^9 bytes). quarantine_share: most rows of a delivery that may be quarantined.
    severe_late_days: a feed later than that is an error.
    """

    owner: str = TEAM
    owner_of_provider_trouble: str = Field(default="team", pattern="^(team|contract)$")
    remind_after_hours: int = Field(default=24, ge=1)
    night_grace_hours: int = Field(default=3, ge=1)
    disk_floor_gb: float = Field(default=5.0, ge=0)
    quarantine_share: float = Field(default=0.1, gt=0, le=1)
    severe_late_days: int = Field(default=30, ge=1)


class OperationsPolicy(StrictModel):
    """data_contracts/operations.yaml; every part may be left out.

    routes: an incident goes to the channels of every route that takes it; without any route all
    incidents go to all channels.
    """

    night: Timetable = Timetable(cron="0 2 * * *")
    digest: Digest = Digest()
    arrivals: Arrivals = Arrivals()
    incidents: Incidents = Incidents()
    channels: tuple[Channel, ...] = (LOG,)
    routes: tuple[Route, ...] = ()

    @model_validator(mode="after")
    def _names_are_known(self) -> OperationsPolicy:
        counted = Counter(channel.name for channel in self.channels)
        twice = sorted(name for name, count in counted.items() if count > 1)
        named = {name for route in self.routes for name in route.channels}
        unknown = sorted((named | set(self.digest.channels)) - counted.keys())
        kinds = {kind for route in self.routes for kind in route.kinds} - set(Kind)
        if twice:
            raise ValueError(f"two channels are named {', '.join(twice)}")
        if unknown:
            raise ValueError(f"no channel is named {', '.join(unknown)}")
        if kinds:
            raise ValueError(
                f"no kind of incident is named {', '.join(sorted(kinds))}; there are "
                f"{', '.join(Kind)}"
            )
        return self


def load_operations(settings: Settings) -> OperationsPolicy:
    """The policy in force; InsightError where the file breaks its shape."""
    path = settings.contracts / OPERATIONS_FILE
    return load_yaml(path, OperationsPolicy) if path.is_file() else OperationsPolicy()
