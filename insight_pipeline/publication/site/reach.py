"""How far providers' data reach: a table for a provider, a sentence for an indicator.

Belongs here: words for what is missing and how old the last good delivery is. Does not belong here:
how that is reckoned (publication/reporting.py), or promises kept month by month (promises.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.exhibits import Table
from insight_pipeline.publication.site.provider_records import Reporting
from insight_pipeline.publication.site.store import Store

_CAME = {
    "engine_error": "what came could not be checked: a fault of ours, not of the provider",
    "held": "what came is held until somebody approves it",
    "refused": "what came was refused",
}


def reach_table(store: Store, provider_id: str) -> Table | None:
    """One row a service of the provider; None where it never had a contract for one."""
    found = [each for each in store.reporting if each.provider_id == provider_id]
    if not found:
        return None
    titles = {each.service_code: each.service_title for each in store.services}
    return Table(
        "reach-table",
        f"How far its data reach on {words.day(store.release.as_of_date)}. While days are missing, "
        "figures of their periods are not shown, and the figures before them stand with their age.",
        ("Service", "Reported until", "Days before", "Missing"),
        tuple(
            (
                titles.get(each.service_code, each.service_code),
                words.day(each.last_reported_date) if each.last_reported_date else "never",
                "" if each.age_days is None else f"{each.age_days:,}",
                words.sentence(missing(each)),
            )
            for each in found
        ),
        texts=2,
    )


def missing(each: Reporting) -> str:
    """Since when something is missing, and why; 'nothing' where all was reported."""
    if each.missing_from_date is None:
        return "nothing"
    since = f"everything from {words.day(each.missing_from_date)} on"
    came = _CAME.get(each.state)
    due = (
        f"{'overdue since' if each.is_overdue else 'due by'} {words.day(each.due_date)}"
        if (each.due_date)
        else ""
    )
    return ", ".join(part for part in (since, due, came) if part)


def waiting_words(store: Store, indicator_id: str) -> str:
    """Whose overdue data keep newer periods of an indicator from being shown; empty if nobody's."""
    codes = {each.service_code for each in store.services_of(indicator_id)}
    late = [each for each in store.reporting if each.is_overdue and each.service_code in codes]
    if not late:
        return ""
    return f"Newer periods wait for {words.listed(sorted(set(_waited_for(store, late))))}."


def _waited_for(store: Store, late: list[Reporting]) -> Iterator[str]:
    for each in late:
        name = store.provider_name(each.provider_id)
        if each.last_reported_date is None:
            yield f"{name} (never reported)"
        else:
            age = words.days(each.age_days or 0)
            yield f"{name} (reported until {words.day(each.last_reported_date)}, {age} ago)"
