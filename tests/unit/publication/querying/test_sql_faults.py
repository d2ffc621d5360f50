"""Wrong SQL is told with the nearest name there is, and with no more than its own words."""

from __future__ import annotations

import pytest

from insight_pipeline.publication.querying.asking import ask
from insight_pipeline.publication.querying.choosing import WrongUse
from insight_pipeline.settings import Settings
from tests.unit.publication.querying.conftest import Sample


def told(home: Settings, sample: Sample, sql: str) -> str:
    with pytest.raises(WrongUse) as refused:
        ask(home, sample.second, sql)
    (fault,) = refused.value.faults
    assert "\n" not in fault.found
    return f"{fault.found} | {fault.next_step}"


@pytest.mark.parametrize(
    ("sql", "found", "nearest"),
    [
        ("from figur", "Table with name figur does not exist", "'figure'"),
        ("from main.latest_figure", "latest_figure", "'latest_figures'"),
        ("select valu from figure", 'column "valu" not found', "'value'? It stands in figure"),
        (
            "select f.sortland from figure as f",
            '"sortland"',
            "'shorthand'? It stands in duplication_cost, figure",
        ),
        ("from trnd('kept')", "trnd", "'trend'"),
        ("from compare_provider('kept')", "compare_provider", "'compare_providers'"),
        ("from trend()", "Macro trend()", "write trend(series)"),
        ("selec 1", 'syntax error at or near "selec"', "show tables"),
        ("select 'a'::int", "Could not convert", "show tables"),
    ],
)
def test_what_is_amiss_is_named_with_what_may_have_been_meant(
    home: Settings, sample: Sample, sql: str, found: str, nearest: str
) -> None:
    words = told(home, sample, sql)
    assert found in words
    assert nearest in words


def test_a_name_like_none_gets_no_guess(home: Settings, sample: Sample) -> None:
    assert "nothing similar is known" in told(home, sample, "from zzzzzzzz")
