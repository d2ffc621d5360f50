"""The provider guide: one page that says what to send, how, until when, and what happens then.

Belongs here: turning a contract into that page. Does not belong here: what became of a delivery
(feedback). The page needs nothing from outside and runs no script; its examples are invented.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from insight_pipeline.contracts.authoring.column_words import ColumnWords
from insight_pipeline.contracts.feedback.words import day_words, repair_words, severity_words
from insight_pipeline.contracts.judging.rules import DELIVERY_RULES, Rule, compile_rules
from insight_pipeline.contracts.promise.contract import Contract
from insight_pipeline.landing.manifest import MANIFEST_SUFFIX

STYLE = Path(__file__).parents[1] / "feedback"
FORMAT_WORDS = {
    "csv": "CSV (delimited text)",
    "json": "JSON",
    "ndjson": "NDJSON, one JSON object a line",
    "parquet": "Parquet",
    "xlsx": "an Excel workbook (XLSX)",
    "xml": "XML",
}
SENT_AFTER_DAYS = 7  # in the example
ANY = "any usual one"
SEPARATOR_WORDS = {
    None: ANY,
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "vertical bar (|)",
}
RESUBMISSION_WORDS = {
    "upsert": "Rows with the same {key} replace those sent before; other rows stay.",
    "replace_period": "A later file for the same period takes the place of the earlier one.",
    "replace": "Each file is the whole dataset and takes the place of the one before.",
    "append": "Each file adds rows; nothing sent before is replaced.",
}


@dataclass(frozen=True)
class CodeList:
    """A list as the guide shows it."""

    name: str
    codes: tuple[tuple[str, str, str], ...]


def guide_page(
    contract: Contract, columns: Sequence[ColumnWords], lists: pl.DataFrame, first: date, last: date
) -> str:
    """The page. `lists`: (vocabulary, code, label, synonyms) in force.

    first, last: the period that the example of a manifest tells of.
    """
    rules = compile_rules(contract)
    return _template().render(
        contract=contract,
        promise=contract.promise,
        columns=columns,
        lists=_code_lists(columns, lists),
        rules=[rule for rule in rules if rule not in DELIVERY_RULES],
        whole=_whole(rules),
        sending=_sending(contract),
        manifest=_manifest(contract, first, last),
        manifest_suffix=MANIFEST_SUFFIX,
        resubmission=_resubmission(contract),
        repairs=_repairs(contract),
        levels=_levels(contract),
        versions=[(each.version, _in_force(each)) for each in (contract, *contract.earlier)],
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader([Path(__file__).parent, STYLE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["severity"] = severity_words
    return environment.get_template("guide.html")


def _code_lists(columns: Sequence[ColumnWords], lists: pl.DataFrame) -> list[CodeList]:
    return [
        CodeList(
            name,
            tuple(
                (code, label or "", (synonyms or "").replace(";", ", "))
                for code, label, synonyms in lists.filter(pl.col("vocabulary") == name)
                .select("code", "label", "synonyms")
                .iter_rows()
            ),
        )
        for name in dict.fromkeys(c.vocabulary for c in columns if c.vocabulary)
    ]


def _whole(rules: Sequence[Rule]) -> list[Rule]:
    """Rules every delivery keeps, in the order they are judged."""
    own = {rule.code for rule in DELIVERY_RULES}
    return [rule for rule in rules if rule.code in own]


def _sending(contract: Contract) -> list[tuple[str, str]]:
    options = contract.promise.reader
    found = [("Format", FORMAT_WORDS[options.format])]
    if options.format == "csv":
        found += [
            ("Separator", SEPARATOR_WORDS.get(options.delimiter, str(options.delimiter))),
            ("Encoding", options.encoding or ANY),
        ]
    if options.format in ("csv", "xlsx"):
        found.append(("Header", f"in row {options.header_row}"))
    if options.sheet or options.sheets:
        found.append(("Sheet", options.sheet or ", ".join(options.sheets or ())))
    if options.record:
        found.append(("Record", options.record))
    return found


def _manifest(contract: Contract, first: date, last: date) -> str:
    promise = contract.promise
    values = {
        "provider": promise.provider,
        "dataset": promise.dataset,
        "contract_version": contract.version,
        "period_from": first.isoformat(),
        "period_to": last.isoformat(),
        "submitted_at": f"{last + timedelta(days=SENT_AFTER_DAYS)}T09:00:00Z",
        "file": f"{promise.dataset}.{promise.reader.format}",
        "rows": 1204,
    }
    return json.dumps(values, indent=2)


def _resubmission(contract: Contract) -> str:
    words = RESUBMISSION_WORDS[contract.promise.resubmission.mode]
    return words.format(key=", ".join(contract.key))


def _repairs(contract: Contract) -> list[str]:
    """What is put right without asking, named once."""
    named = [*contract.promise.normalise]
    for column in contract.columns:
        named += column.properties.normalise
        named += ["date_format"] if column.properties.date_formats else []
        named += ["header_synonym"] if column.properties.header_synonyms else []
        named += ["synonym"] if column.properties.vocabulary else []
    return [repair_words(name) for name in dict.fromkeys(named)]


def _levels(contract: Contract) -> list[str]:
    levels, found = contract.service_levels, []
    if levels.frequency_months is not None:
        months = levels.frequency_months
        found.append(
            "Send a file every month." if months == 1 else f"Send a file every {months} months."
        )
    if levels.latency_days is not None:
        found.append(f"Send it within {levels.latency_days} days of the end of the period.")
    return found


def _in_force(contract: Contract) -> str:
    first, last = contract.promise.in_force.first, contract.promise.in_force.last
    if first is None and last is None:
        return "all periods"
    start = f"from {day_words(first)}" if first else ""
    end = f"to {day_words(last)}" if last else ""
    return f"periods that end {start} {end}".strip().replace("  ", " ")
