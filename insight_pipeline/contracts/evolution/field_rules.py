"""The few ways in which one field's change can touch somebody, to build tables of rules from.

Belongs here: shapes of rules. Does not belong here: which field has which (column_changes.py,
contract_changes.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from insight_pipeline.contracts.evolution.change import Change, FieldRule, Level, Place, moved, said


def nothing(reason: str) -> FieldRule:
    """A field whose change touches nobody, and why."""

    def rule(old: Any, new: Any, place: Place) -> Iterable[Change]:
        return ()

    rule.__doc__ = reason
    return rule


def words(name: str) -> FieldRule:
    """Words for people: no delivery and no figure depends on them."""

    def rule(old: Any, new: Any, place: Place) -> Iterable[Change]:
        yield place.safe(f"{name} is worded otherwise", Level.PATCH)

    return rule


def meaning(old: Any, new: Any, place: Place) -> Iterable[Change]:
    """A description that says something else may mean that the cells do, too."""
    said_before, said_now = (re.findall(r"\w+", str(text).lower()) for text in (old, new))
    if said_before == said_now:
        yield place.safe("description is punctuated otherwise", Level.PATCH)
    else:
        what = "description says something else: confirm that the cells still mean the same"
        yield place.breaks_consumers(what, Level.MINOR)


def governed(name: str) -> FieldRule:
    def rule(old: Any, new: Any, place: Place) -> Iterable[Change]:
        yield place.governance(moved(name, old, new))

    return rule


def for_both(name: str) -> FieldRule:
    """A field that providers write by and our SQL reads by."""

    def rule(old: Any, new: Any, place: Place) -> Iterable[Change]:
        yield place.breaks_providers(moved(name, old, new))
        yield place.breaks_consumers(moved(name, old, new))

    return rule


def for_providers(name: str) -> FieldRule:
    def rule(old: Any, new: Any, place: Place) -> Iterable[Change]:
        yield place.breaks_providers(moved(name, old, new))

    return rule


def for_consumers(name: str) -> FieldRule:
    def rule(old: Any, new: Any, place: Place) -> Iterable[Change]:
        yield place.breaks_consumers(moved(name, old, new))

    return rule


def harmless(name: str) -> FieldRule:
    def rule(old: Any, new: Any, place: Place) -> Iterable[Change]:
        yield place.safe(moved(name, old, new))

    return rule


def promise(name: str) -> FieldRule:
    """New or changed it binds providers; given up, our SQL can rely on it no longer."""

    def rule(old: Any, new: Any, place: Place) -> Iterable[Change]:
        if not new:
            yield _given_up(moved(name, old, new), place)
        else:
            yield place.breaks_providers(moved(name, old, new))

    return rule


def _given_up(what: str, place: Place) -> Change:
    # What was only warned about has always reached our SQL.
    return place.breaks_consumers(what) if place.holds else place.safe(what)


def check(name: str) -> FieldRule:
    """As a promise, yet nothing reads by it: given up, more is let through and no more."""

    def rule(old: Any, new: Any, place: Place) -> Iterable[Change]:
        if new is None:
            yield place.safe(moved(name, old, new))
        else:
            yield place.breaks_providers(moved(name, old, new))

    return rule


def _tighter(old: Any, new: Any, upper: bool) -> bool:
    if old is None or new is None:
        return new is not None
    try:
        before, after = Decimal(str(old)), Decimal(str(new))
    except ArithmeticError:
        # Days are written so that text sorts as time does.
        return str(new) < str(old) if upper else str(new) > str(old)
    return after < before if upper else after > before


def bound(name: str, *, upper: bool) -> FieldRule:
    """A limit of values: tighter binds providers, wider lets more through."""

    def rule(old: Any, new: Any, place: Place) -> Iterable[Change]:
        what = moved(name, old, new)
        if _tighter(old, new, upper):
            yield place.breaks_providers(what)
        else:
            yield place.safe(what)

    return rule


def expectation(name: str, *, upper: bool) -> FieldRule:
    """A limit our figures count on: tighter binds providers, wider makes consumers wait."""

    def rule(old: Any, new: Any, place: Place) -> Iterable[Change]:
        what = moved(name, old, new)
        if _tighter(old, new, upper):
            yield place.breaks_providers(what)
        else:
            yield place.breaks_consumers(what)

    return rule


def allowance(name: str) -> FieldRule:
    """A set of things a provider may do: one less binds providers, one more is safe."""

    def rule(old: Any, new: Any, place: Place) -> Iterable[Change]:
        gone, come = sorted(set(old) - set(new)), sorted(set(new) - set(old))
        if gone:
            yield place.breaks_providers(f"{name} no longer: {said(gone)}")
        if come:
            yield place.safe(f"{name} now: {said(come)}")
        if not gone and not come:
            yield place.safe(f"{name} in another order", Level.PATCH)

    return rule
