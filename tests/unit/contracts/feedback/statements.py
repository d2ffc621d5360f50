"""Statements made up for tests of what is shown, without an engine behind them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from insight_pipeline.contracts.feedback.statement import (
    BrokenRule,
    ListFile,
    Remark,
    Repair,
    SinceLastTime,
    Statement,
)


def statement(**changed: object) -> Statement:
    values: dict[str, object] = {
        **dict.fromkeys(("fingerprint", "lists_fingerprint"), "0"),
        **dict.fromkeys(("delivery_id", "contract", "provider", "dataset", "contact"), "cases"),
        **dict.fromkeys(("contract_version", "judged_by"), "1.0.0"),
        **dict.fromkeys(("provider_name", "title", "headline", "explanation"), "Cases"),
        **dict.fromkeys(("received", "accepted", "quarantined", "superseded", "rejected"), 1),
        **dict.fromkeys(("rules_broken", "repairs", "notices", "notes", "files", "next_steps"), ()),
        "period_from": date(2025, 1, 1),
        "period_to": date(2025, 3, 31),
        "submitted_at": datetime(2025, 4, 7, tzinfo=UTC),
        "outcome": "accepted",
        "unreadable": None,
        "rules_kept": 1,
        "since_last_time": None,
        "released_since": 0,
        **changed,
    }
    return Statement.model_validate(values)


def full_statement(**changed: object) -> Statement:
    """One in which every section of the page has something to say."""
    values: dict[str, object] = {
        "delivery_id": "9f31c2a47be0d155",
        "contract": "homestead__homelessness_duties",
        "contract_version": "1.0.3",
        "provider_name": "Homestead Homes",
        "title": "Homelessness duties",
        "contact": "data@homestead.example",
        "headline": "Taken, except 41 rows",
        "explanation": "1,163 of 1,204 rows (96.6 %) are in order.",
        **{"received": 1204, "accepted": 1121, "quarantined": 38},
        **{"superseded": 42, "rejected": 3, "rules_kept": 41, "released_since": 4},
        "rules_broken": (
            broken("duty.vocabulary", "record", 28, (4, 17, 92, 118, 203, 377)),
            broken("wrong_field_count", "record", 3, (212, 640, 1199)),
            broken("ninumber.format", "warn", 57, (3, 9)),
            broken("unknown_columns", "warn", 1, ()),
            broken("rows_as_declared", "delivery", 1, ()),
        ),
        "repairs": (
            Repair(column="Forename", name="trim", words="Blanks were removed.", cells=12),
        ),
        "notices": (Remark(code="late", sentence="It came late.", hint="Send it sooner."),),
        "notes": (
            Remark(code="hidden_rows", sentence="Hidden rows: 3.", hint="Show or delete them."),
        ),
        "since_last_time": SinceLastTime(
            previous_delivery_id="0123456789abcdef",
            previous_submitted_at=datetime(2025, 1, 10, 9, tzinfo=UTC),
            **{"fixed": 112, "still_open": 9, "new": 29, "not_sent_again": 3, "released": 96},
        ),
        "next_steps": ("Correct the rows.", "Send the file again."),
        "files": (
            ListFile(name="issues.xlsx", words="every point", rows=41, of=41),
            ListFile(name="rows_to_correct.csv", words="38 rows held back", rows=38, of=38),
        ),
        **changed,
    }
    return statement(**values)


def broken(code: str, severity: str, rows: int, lines: tuple[int, ...]) -> BrokenRule:
    return BrokenRule.model_validate(
        {
            "code": code,
            "severity": severity,
            "rows": rows,
            "counts": "lines" if "field" in code else "rows" if lines else "file",
            "columns": (),
            "sentence": f"Something about {code} is wrong.",
            "hint": "Put it right.",
            "lines": lines,
        }
    )
