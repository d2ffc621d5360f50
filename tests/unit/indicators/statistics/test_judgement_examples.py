"""docs/statistics.md, the sections on judgements: examples hold, functions and macros are named."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from tests.unit.indicators.statistics.conftest import Ask
from tests.unit.indicators.statistics.test_examples import (
    BLOCK,
    FUNCTIONS,
    JUDGEMENTS,
    PACKAGE,
    PAGE,
    SIGNATURE,
    as_table,
    page,
)

FAMILIES = re.compile(r"(compared|spc|trend)_|known_polarity$")
HEADLINE = re.compile(r"create or replace macro (\w+)\(\s*([^)]*?)\s*\) as")
SETTING = "Examples begin with:"


def judgements() -> str:
    """The page's sections on judgements."""
    return PAGE.read_text(encoding="utf-8").split(JUDGEMENTS)[1]


def blocks(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Every fenced block of a language with the table that follows it."""
    for found, code, table in BLOCK.findall(text):
        if found == language:
            yield code, table


def functions() -> dict[str, Callable[..., Any]]:
    """Every function these sections import, by its name."""
    imports = re.findall(rf"from ({PACKAGE}\.\w+) import ([\w, ]+)", judgements())
    return {
        name: getattr(importlib.import_module(module), name)
        for module, names in imports
        for name in names.split(", ")
    }


def test_every_python_example_prints_what_the_page_says() -> None:
    setting = next(blocks(page().split(SETTING)[1], "pycon"))[0]
    code = "\n".join([setting, *(block for block, _ in blocks(judgements(), "pycon"))])
    test = doctest.DocTestParser().get_doctest(code, {}, PAGE.name, str(PAGE), 0)
    report: list[str] = []
    with pl.Config():
        failed, tried = doctest.DocTestRunner(verbose=False).run(test, out=report.append)
    assert tried > 30
    assert not failed, "".join(report)


def test_every_sql_example_gives_the_table_below_it(ask: Ask) -> None:
    examples = list(blocks(judgements(), "sql"))
    assert len(examples) >= 6
    for query, table in examples:
        assert as_table(ask(query)) == table


def test_every_function_stands_with_its_signature() -> None:
    written = dict(SIGNATURE.findall(judgements()))
    assert written.keys() == functions().keys()
    for name, function in functions().items():
        parameters = inspect.signature(function).parameters.values()
        plain = inspect.Signature(
            [each.replace(annotation=inspect.Parameter.empty) for each in parameters]
        )
        found = re.sub(r"<\w+\.\w+: ('[^']*')>", r"\1", str(plain)[1:-1]).replace("'", '"')
        assert written[name] == found, name


def test_every_macro_stands_with_its_arguments_and_an_example() -> None:
    text = judgements()
    examples = "\n".join(code for code, _ in blocks(text, "sql"))
    found = [HEADLINE.search(path.read_text(encoding="utf-8")) for path in FUNCTIONS.glob("*.sql")]
    headlines = {match[1]: match[2] for match in found if match and FAMILIES.match(match[1])}
    assert len(headlines) >= 20
    for name, arguments in sorted(headlines.items()):
        signature = f"`{name}({' '.join(arguments.split())})`"
        assert signature in text, signature
        assert f"{name}(" in examples, name
