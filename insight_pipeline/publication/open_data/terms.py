"""On what terms the figures may be used, and who publishes them.

Belongs here: the licence, as data, and what stands in its place on a preview; every file that names
a licence takes it from here. Does not belong here: how each format spells it (csvw_metadata.py,
data_package.py, workbook/front.py).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Licence:
    """name: identifier of the Open Definition licence list (SPDX), title: what people call it."""

    name: str
    title: str
    url: str


LICENCE = Licence(
    name="OGL-UK-3.0",
    title="Open Government Licence v3.0",
    url="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
)
# Said on every page and on the workbook's cover while nothing of it is published.
PREVIEW = (
    "PREVIEW, not published: for internal eyes only. These figures may change before they are "
    "released. Do not quote them or pass them on."
)


def publisher_of(borough: str) -> str:
    """Who publishes the figures of a borough."""
    return f"{borough} Council"
