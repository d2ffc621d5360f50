"""`insight explain`: how a figure is named; who may see what is behind it is tested elsewhere."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from insight_pipeline.cli import explain as explain_room
from insight_pipeline.cli.explain import explain_command
from insight_pipeline.governance.audit import read
from insight_pipeline.indicators.explain import Slice
from insight_pipeline.settings import Settings
from tests.conftest import ROOT
from tests.unit.cli.conftest import Insight

DAY = date(2024, 4, 1)
PURPOSE = ("--purpose", "outcome_monitoring")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the lines that permission was asked for; nobody gets it."""
    seen: list[str] = []

    def refuse(settings: Settings, purpose: str, wanted: Slice, now: datetime) -> None:
        seen.append(str(wanted))
        raise click.exceptions.Exit(1)

    monkeypatch.setattr(explain_room, "_permit", refuse)
    monkeypatch.setattr(explain_room, "_indicator", lambda *given: None)
    return seen


@pytest.mark.parametrize(
    ("named", "line"),
    [
        (["hosp_falls_65@2024-04-01"], Slice("hosp_falls_65", DAY)),
        (
            ["hosp_falls_65/area/E05000012@2024-04-01"],
            Slice("hosp_falls_65", DAY, "area", "E05000012"),
        ),
        (["kept/age_band/85+@2024-04-01"], Slice("kept", DAY, "age_band", "85+")),
        (["kept", "--period", "2024-04-01"], Slice("kept", DAY)),
        (["kept", "--period", "2024-04-01", "--by", "sex=F"], Slice("kept", DAY, "sex", "F")),
        (
            ["kept", "--period", "2024-04-01", "--by", "age_band=85+"],
            Slice("kept", DAY, "age_band", "85+"),
        ),
    ],
)
def test_a_figure_is_named_as_it_is_shown_or_by_options(
    asked: list[str], named: list[str], line: Slice
) -> None:
    CliRunner(env={"INSIGHT_PROJECT": str(ROOT)}).invoke(explain_command, [*named, *PURPOSE])
    assert asked == [str(line)]


@pytest.mark.parametrize(
    "named",
    [
        ["kept"],
        ["kept@2024-04-01", "--period", "2024-04-01"],
        ["kept@2024-04-01", "--by", "sex=F"],
        ["kept@2024-13-01"],
        ["kept@"],
        ["kept/area@2024-04-01"],
        ["kept/area/a b@2024-04-01"],
        ["kept/area/E1/x@2024-04-01"],
        ["Jane Doe@2024-04-01"],
    ],
)
def test_a_name_that_is_none_is_wrong_usage_and_nobody_is_asked(
    asked: list[str], named: list[str]
) -> None:
    assert CliRunner().invoke(explain_command, [*named, *PURPOSE]).exit_code == 2
    assert asked == []


def test_every_figure_that_figures_names_can_be_asked_for(insight: Insight) -> None:
    text = insight("figures", "--breakdown", "all", "--all-periods", "--format", "csv").stdout
    names = [line.partition(",")[0] for line in text.splitlines()[1:]]
    assert len(names) > 20
    for name in names:
        wanted = explain_room._wanted(name, None, None)
        assert name.startswith(wanted.indicator_id) and name.endswith(str(wanted.period_from))


def test_a_refusal_by_its_figures_name_is_logged_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").touch()
    environment = {"INSIGHT_HOME": str(tmp_path), "INSIGHT_PROJECT": str(ROOT)}
    figure = "hosp_falls_65/area/E05900001@2024-04-01"
    CliRunner(env=environment).invoke(explain_command, [figure, *PURPOSE])
    (line,) = read(tmp_path / "audit")
    assert line.outcome == "refused"
    assert line.about == "hosp_falls_65 2024-04-01 area=E05900001"
