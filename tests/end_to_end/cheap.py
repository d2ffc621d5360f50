"""Cheaper nights for fixtures of a whole module: what conftest.py leaves out for a single test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import pytest

from insight_pipeline.contracts.judging import activation
from insight_pipeline.contracts.judging.oracle.agreement import Agreement
from insight_pipeline.defs import launch
from insight_pipeline.settings import Settings


def _in_memory(settings: Settings) -> dg.DagsterInstance:
    return dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}})


@contextmanager
def cheap_nights() -> Iterator[None]:
    """Dagster's records stay in memory, and the second opinion on contracts is not asked."""
    given = Agreement(0, 0, frozenset(), frozenset(), frozenset())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launch, "open_instance", _in_memory)
        patch.setattr(activation, "agreement", lambda *asked: given)
        yield
