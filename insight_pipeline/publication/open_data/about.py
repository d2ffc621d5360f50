"""What every file of open data says of the release as a whole.

Belongs here: those facts. Does not belong here: the files (csvw_metadata.py, data_package.py,
workbook/).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from insight_pipeline.publication.open_data.terms import publisher_of
from insight_pipeline.publication.site.store import Store


@dataclass(frozen=True)
class About:
    """release: its name. as_of: last day the data reach; no clock is read, so no day of issue.

    sources: organisations whose deliveries the figures come from. contact: e-mail address.
    """

    release: str
    as_of: date
    borough: str
    publisher: str
    contact: str
    sources: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"Outcome indicators of {self.borough}"


def about_release(store: Store) -> About:
    """Facts of the release that a store was read from."""
    borough = store.borough.area_name
    owners = sorted({each.owner for each in store.indicators})
    return About(
        release=store.release.release,
        as_of=store.release.as_of_date,
        borough=borough,
        publisher=publisher_of(borough),
        contact=", ".join(owners),
        sources=tuple(each.provider_name for each in store.providers),
    )
