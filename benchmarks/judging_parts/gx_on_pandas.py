"""The same 27 rules with Great Expectations' own expectations on pandas, and complete lists.

Belongs here: the peer. What it has no expectation for (real dates, check digits, rules across
columns) is put beside the data as columns first, vectorised.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)

COMPLETE = {"result_format": "COMPLETE", "unexpected_index_column_names": ["_row"]}
COLUMN_OF = {
    "ref": "Ref",
    "key_conflict": "Ref",
    "nhs_number": "NHS Number",
    "surname": "Surname",
    "date_of_birth": "Date of Birth",
    "gender": "Gender",
    "postcode": "Postcode",
    "event_type": "Event Type",
    "start": "Start",
    "end": "End",
    "amount": "Amount",
    "score": "Score",
    "e_mail": "E-mail",
}
WARNED = {"NHS Number", "Gender", "Postcode", "E-mail"}
UNSEEN = "[\\s\u200b\ufeff\x00-\x1f]*"
DAY = r"\A[0-9]{2}/[0-9]{2}/[0-9]{4}\Z"
POSTCODE = r"\A[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}\Z"
EMAIL = r"\A[^@ ]+@[^@ ]+[.][a-z]{2,}\Z"


def list_issues(rows: Path, issues: Path) -> None:
    """Write the whole list of what is wrong with `rows` to the Parquet file `issues`."""
    received = pd.read_parquet(rows)
    frame = _prepared(received)
    config = DataContextConfig(
        analytics_enabled=False,
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("peer").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite("rules", expectations=_expectations())
    listed = [
        _listed(result.expectation_config.meta, result.result["unexpected_index_list"] or [])
        for result in batch.validate(suite, result_format=COMPLETE).results
    ]
    issues_found = _with_cells(pd.concat(listed), received)
    issues_found.sort_values(["line", "column_name", "code"]).to_parquet(issues)


def _listed(meta: dict[str, Any], hits: list[dict[str, Any]]) -> pd.DataFrame:
    lines = [hit["_row"] for hit in hits]
    return pd.DataFrame({"line": lines, **meta}).astype({"line": "int64"})


def _with_cells(issues: pd.DataFrame, received: pd.DataFrame) -> pd.DataFrame:
    """Beside each issue its cell as received, and the key of its row."""
    known = received.set_index("_row")
    parts = []
    for name, part in issues.groupby("column_name", dropna=False):
        cells = known.loc[part["line"]]
        value = cells[name].to_numpy() if isinstance(name, str) else None
        parts.append(part.assign(value=value, key=cells["Ref"].to_numpy()))
    return pd.concat(parts)


def _prepared(received: pd.DataFrame) -> pd.DataFrame:
    """Trimmed cells, those in which nothing can be seen as None, and columns to look at."""
    frame = received.copy()
    for name in frame.columns.drop("_row"):
        unseen = frame[name].str.fullmatch(UNSEEN, na=True)
        frame[name] = frame[name].str.strip(" ").mask(unseen.astype(bool))
    for name in ("Date of Birth", "Start", "End"):
        shaped = frame[name].where(frame[name].str.match(DAY, na=False))
        frame[f"{name} day"] = pd.to_datetime(shaped, format="%d/%m/%Y", errors="coerce")
    for name in ("Amount", "Score"):
        frame[f"{name} value"] = pd.to_numeric(frame[name], errors="coerce")
    for name in ("Gender", "Event Type"):
        frame[f"{name} lower"] = frame[name].str.lower()
    frame["Postcode joined"] = frame["Postcode"].str.replace("[ -]", "", regex=True).str.upper()
    frame["NHS valid"] = _nhs_valid(frame["NHS Number"])
    late = (frame["End day"] < frame["Start day"]).to_numpy()
    frame["order"] = ~(late & frame["End day"].notna() & frame["Start day"].notna())
    frame["paid"] = (frame["Event Type lower"] != "service") | frame["Amount"].notna()
    # The delivery has no row sent twice: every repeated key is a conflict.
    return frame


def _nhs_valid(numbers: pd.Series) -> pd.Series:
    joined = numbers.str.replace("[ -]", "", regex=True)
    shaped = joined.str.match(r"\A[34679][0-9]{9}\Z", na=False)
    digits = joined.where(shaped, "0" * 10).astype("int64").to_numpy()
    # Weights 10 to 2, and 1 for the check digit.
    weighed = sum((10 - n) * (digits // 10 ** (9 - n) % 10) for n in range(10))
    last = digits % 10
    same = digits == last * 1_111_111_111
    valid = pd.Series(shaped.to_numpy() & (weighed % 11 == 0) & ~same, index=numbers.index)
    return valid.astype(object).mask(numbers.isna())


def _asked(code: str, expectation: Any) -> Any:
    column = COLUMN_OF.get(code.partition(".")[0])
    severity = "warn" if column in WARNED else "record"
    expectation.meta = {"column_name": column, "code": code, "severity": severity}
    return expectation


def _expectations() -> list[Any]:
    """One for each of the 27 rules."""
    not_null = gxe.ExpectColumnValuesToNotBeNull
    between, lengths = gxe.ExpectColumnValuesToBeBetween, gxe.ExpectColumnValueLengthsToBeBetween
    matches, in_set = gxe.ExpectColumnValuesToMatchRegex, gxe.ExpectColumnValuesToBeInSet
    real_day = gxe.ExpectColumnValuesToMatchStrftimeFormat
    bounds = {"min_value": pd.Timestamp("1900-01-01")}
    latest = {"max_value": pd.Timestamp("2025-12-31")}
    number, whole = r"\A[+-]?[0-9]+([.][0-9]+)?\Z", r"\A[+-]?[0-9]+\Z"
    form = {"strftime_format": "%d/%m/%Y"}
    genders = ["1", "2", "9", "male", "female", "not known"]
    events = ["request", "assessment", "service", "review"]
    return [
        _asked("ref.required", not_null(column="Ref")),
        _asked("ref.max_length", lengths(column="Ref", max_value=40)),
        _asked("ref.pattern", matches(column="Ref", regex=r"\ABC[0-9]{8}\Z")),
        _asked("nhs_number.format", in_set(column="NHS valid", value_set=[True])),
        _asked("surname.required", not_null(column="Surname")),
        _asked("surname.max_length", lengths(column="Surname", max_value=100)),
        _asked("date_of_birth.required", not_null(column="Date of Birth")),
        _asked("date_of_birth.type", real_day(column="Date of Birth", **form)),
        _asked("date_of_birth.minimum", between(column="Date of Birth day", **bounds)),
        _asked("gender.vocabulary", in_set(column="Gender lower", value_set=genders)),
        _asked("postcode.format", matches(column="Postcode joined", regex=POSTCODE)),
        _asked("event_type.required", not_null(column="Event Type")),
        _asked("event_type.vocabulary", in_set(column="Event Type lower", value_set=events)),
        _asked("start.required", not_null(column="Start")),
        _asked("start.type", real_day(column="Start", **form)),
        _asked("start.maximum", between(column="Start day", **latest)),
        _asked("end.type", real_day(column="End", **form)),
        _asked("amount.type", matches(column="Amount", regex=number)),
        _asked("amount.minimum", between(column="Amount value", min_value=0)),
        _asked("amount.maximum", between(column="Amount value", max_value=100_000)),
        _asked("score.type", matches(column="Score", regex=whole)),
        _asked("score.minimum", between(column="Score value", min_value=0)),
        _asked("score.maximum", between(column="Score value", max_value=100)),
        _asked("e_mail.format", matches(column="E-mail", regex=EMAIL)),
        _asked("key_conflict", gxe.ExpectColumnValuesToBeUnique(column="Ref")),
        _asked("end_not_before_start", in_set(column="order", value_set=[True])),
        _asked("service_has_amount", in_set(column="paid", value_set=[True])),
    ]
