"""Whether indicators of hand-offs wait long enough, and for everybody, before they are shown.

Belongs here: the check of headers against pathways.yaml. Does not belong here: that file's shape
(warehouse/pathways.py). A figure waits until the services its header names have reported for its
window; a pathway with a longer clock, or to another service, would be counted before that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.kernel.errors import Fault
from insight_pipeline.sql.model import Model
from insight_pipeline.warehouse.pathways import Pathway, Pathways

HAND_OFFS = "journeys.fct_hand_off"


def unwatched_pathways(models: Iterable[Model], pathways: Pathways) -> Iterator[Fault]:
    """A fault for every indicator of hand-offs and pathway that its header does not allow for."""
    for model in models:
        if isinstance(model.header, IndicatorHeader) and HAND_OFFS in model.reads:
            for pathway in pathways.pathways:
                yield from _faults(model, model.header, pathway)


def _faults(model: Model, header: IndicatorHeader, pathway: Pathway) -> Iterator[Fault]:
    wanted = (
        (
            header.window_days < pathway.clock_days,
            "window_days",
            f"at least {pathway.clock_days}",
            f"{header.window_days}",
        ),
        (
            pathway.handed_on.service_code not in header.services,
            "services",
            f"{pathway.handed_on.service_code} among them",
            ", ".join(header.services),
        ),
        (
            pathway.received.service_code not in header.followed_services,
            "followed",
            f"{pathway.received.service_code} among them",
            ", ".join(header.followed_services),
        ),
    )
    for is_wrong, key, expected, found in wanted:
        if is_wrong:
            yield Fault(
                where=f"{model.path} (header): {key}",
                expected=f"{expected}, as the pathway {pathway.pathway_code} asks",
                found=found,
                consequence="figures would be shown before it is known who was picked up",
                next_step=f"correct {key} in the header, or the pathway in pathways.yaml",
            )
