"""Roles: each is played by one indicator, found whatever its file is called."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.indicators.header import IndicatorHeader
from insight_pipeline.indicators.roles import Role, of_role, shared_roles
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.settings import Settings
from insight_pipeline.sql.header import read
from insight_pipeline.sql.model import load_models
from tests.conftest import ROOT

FOLDER = ROOT / "dbt_like_sql" / "indicators"


def _headers() -> dict[str, IndicatorHeader]:
    return {
        model.name: model.header
        for model in load_models(FOLDER, IndicatorHeader)
        if isinstance(model.header, IndicatorHeader)
    }


def test_every_role_is_played_by_one_of_the_indicators() -> None:
    headers = _headers()
    found = [of_role(headers, role) for role in Role]
    assert None not in found and len(set(found)) == len(Role)
    assert not list(shared_roles(headers))


def test_a_role_that_nobody_plays_has_no_indicator() -> None:
    plain = {name: header for name, header in _headers().items() if header.role is None}
    assert plain and [of_role(plain, role) for role in Role] == [None] * len(Role)


def test_an_indicator_of_another_name_plays_the_same_role() -> None:
    headers = _headers()
    old = of_role(headers, Role.SERVED)
    assert old is not None
    renamed = {"reach" if name == old else name: header for name, header in headers.items()}
    assert of_role(renamed, Role.SERVED) == "reach"


def test_two_indicators_of_one_role_are_refused(tmp_path: Path) -> None:
    for folder in ("data_contracts", "dbt_like_sql"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    name = of_role(_headers(), Role.SERVED)
    folder = tmp_path / "dbt_like_sql" / "indicators"
    shutil.copy(folder / f"{name}.sql", folder / "zz_reach.sql")
    with pytest.raises(InsightError) as caught:
        load_catalogue(Settings(home=tmp_path / "home", project=tmp_path))
    (fault,) = caught.value.faults
    assert "zz_reach.sql (header): role" in fault.where and f"{name}.sql" in fault.expected
    assert fault.found == "role: served in 2 files" and "all but one" in fault.next_step


def test_a_role_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    name = of_role(_headers(), Role.SERVED)
    path = tmp_path / f"{name}.sql"
    text = (FOLDER / path.name).read_text(encoding="utf-8")
    path.write_text(text.replace("role: served", "role: servd"), encoding="utf-8")
    with pytest.raises(InsightError, match="role"):
        read(path, IndicatorHeader)
