"""Table pathway in words: its columns, their types and meanings.

Belongs here: what a column of the pathways means. Does not belong here: the pathways
(data_contracts/pathways.yaml).
"""

from __future__ import annotations

PATHWAY_COLUMNS = {
    "pathway_code": ("VARCHAR", "Code; the breakdown of figures by pathway."),
    "pathway": ("VARCHAR", "From what to what, in words."),
    "from_service_code": ("VARCHAR", "Service that hands over; see table service."),
    "to_service_code": ("VARCHAR", "Service that is to take people on; see table service."),
    "clock_days": ("INTEGER", "Days from the start of the clock in which it has to."),
    "standard": ("VARCHAR", "Who sets the clock."),
}
