"""docs/statistics.md: every example gives what the page says, and the page names every function."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from tests.conftest import ROOT
from tests.unit.indicators.statistics.conftest import Ask

PAGE = ROOT / "docs" / "statistics.md"
FUNCTIONS = ROOT / "dbt_like_sql" / "functions"
PACKAGE = "insight_pipeline.indicators.statistics"
# Judgements of a series or against a benchmark have their own sections and their own tests.
JUDGEMENTS = "\n## Statistical process control\n"
FAMILIES = re.compile(
    r"(proportion|crude_rate|rate|wilson|poisson|mean|median|dsr|isr|quantile|sii|funnel|t_quantile"
    r"|normal|student|european|sample|binomial|confidence)_"
)
BLOCK = re.compile(r"```(pycon|sql)\n(.*?)```(?:\n\n((?:\|[^\n]*\n)+))?", re.DOTALL)
SIGNATURE = re.compile(r"^`(\w+)\((.*)\)`$", re.MULTILINE)
MACRO = re.compile(r"`(\w+)\(([a-z_]\w*(?:, [a-z_]\w*)*)\)`")
EXAMPLE = re.compile(r"^\| `\w+\(.*?\)` \| .*? \| `(.*)` \| (.*) \|$", re.MULTILINE)


def page() -> str:
    """The page without the sections on judgements."""
    return PAGE.read_text(encoding="utf-8").split(JUDGEMENTS)[0]


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Every fenced block of a language with the table that follows it."""
    for found, code, table in BLOCK.findall(page()):
        if found == language:
            yield code, table


def shown(value: object) -> str:
    """A value as the page shows it."""
    if value is None:
        return "NULL"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def as_table(frame: pl.DataFrame) -> str:
    """A frame as a Markdown table."""
    rows = [frame.columns, ["---"] * frame.width, *[map(shown, row) for row in frame.rows()]]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def public() -> dict[str, Callable[..., Any]]:
    """Every public function that a module of the package gives to its callers, by its name."""
    imports = re.findall(rf"from ({PACKAGE}\.\w+) import ([\w, ]+)", page())
    return {
        name: getattr(importlib.import_module(module), name)
        for module, names in imports
        for name in names.split(", ")
    }


def macros() -> dict[str, str]:
    """Every macro of the statistical families and the names of its arguments."""
    pattern = re.compile(r"create or replace macro (\w+)\(([^)]*)\)")
    found = [
        pattern.search(path.read_text(encoding="utf-8")) for path in sorted(FUNCTIONS.glob("*.sql"))
    ]
    return {match[1]: match[2] for match in found if match and FAMILIES.match(match[1])}


def test_every_python_example_prints_what_the_page_says() -> None:
    code = "\n".join(block for block, _ in blocks("pycon"))
    test = doctest.DocTestParser().get_doctest(code, {}, PAGE.name, str(PAGE), 0)
    report: list[str] = []
    with pl.Config():
        failed, tried = doctest.DocTestRunner(verbose=False).run(test, out=report.append)
    assert tried > 40
    assert not failed, "".join(report)


def test_every_sql_example_gives_the_table_below_it(ask: Ask) -> None:
    examples = list(blocks("sql"))
    assert len(examples) > 12
    for query, table in examples:
        assert as_table(ask(query)) == table


def test_every_building_block_gives_the_result_beside_it(ask: Ask) -> None:
    examples = EXAMPLE.findall(page().split("## Building blocks")[1])
    assert len(examples) > 8
    for call, result in examples:
        assert shown(ask(f"select {call} as result").item()) == result, call


def test_every_public_function_stands_with_its_signature() -> None:
    written = dict(SIGNATURE.findall(page()))
    for name, function in public().items():
        parameters = inspect.signature(function).parameters.values()
        plain = inspect.Signature(
            [each.replace(annotation=inspect.Parameter.empty) for each in parameters]
        )
        found = re.sub(r"<\w+\.\w+: ('[^']*')>", r"\1", str(plain)[1:-1]).replace("'", '"')
        assert written[name].replace("_000", "000") == found, name


def test_every_module_that_others_call_is_on_the_page() -> None:
    inner = {"calculation", "request"}
    for path in (ROOT / "insight_pipeline" / "indicators" / "statistics").glob("*.py"):
        docstring = path.read_text(encoding="utf-8")
        if "PHEindicatormethods" in docstring and not path.stem.endswith(("_request", "_axis")):
            stem = path.stem
            named = f"{PACKAGE}.{stem} import" in page()
            assert named or stem in inner or stem.endswith("_simulation"), stem


def test_every_macro_of_the_statistics_stands_with_its_arguments_and_an_example() -> None:
    text = page()
    written = dict(MACRO.findall(text))
    examples = "\n".join(code for code, _ in blocks("sql")) + "\n".join(
        call for call, _ in EXAMPLE.findall(text)
    )
    for name, arguments in macros().items():
        assert written.get(name) == arguments, name
        assert f"{name}(" in examples, name
