"""Cleaning as named steps per column, each with its reason, as SQL expressions.

Belongs here: what is done to one value, and why. Does not belong here: choosing between several
values of a record (consolidate) or comparing two records (comparisons). A value that cannot be
evidence about a person becomes NULL: a missing value is neutral, a wrong one is not.
"""

from __future__ import annotations

from dataclasses import dataclass

TITLES = "mr|mrs|ms|miss|mx|dr|prof|professor|rev|sir|dame|lord|lady|master"
SUFFIXES = "jr|junior|sr|senior|ii|iii|iv|esq|phd|obe|mbe|cbe|kbe|bt|bart|baronet"
NO_NAME = (
    "unknown|unk|unkown|not known|not given|not stated|not provided|no name|noname|nameless|anon"
    "|anonymous|test|testing|test patient|dummy|tbc|tba|refused|withheld|xx|xxx|xxxx|n a|no surname"
    "|bt|bart|baronet|jr|sr|esq"
)
NO_GIVEN_NAME = (
    "baby|baby boy|baby girl|babyboy|babygirl|infant|newborn|male infant|female infant|child|male"
    "|female|male child|female child|malechild|femalechild|boy|girl|man|woman|lady|gentleman"
    "|twin|twin one|twin two|twin i|twin ii|adult|person|occupant|resident|tenant|respondent"
    "|mum|mom|dad|mother|father|son|daughter|brother|sister|husband|wife|spouse|partner"
    "|uncle|aunt|nephew|niece|cousin|grandson|granddaughter|grandmother|grandfather|grandma"
    "|grandpa|grandchild|stepson|stepdaughter|mr|mrs|ms|miss|mister|sir|madam"
)
NO_ADDRESS = (
    "no fixed abode|nfa|no fixed address|of no fixed abode|homeless|unknown|not known|no address"
    "|address unknown|address withheld|withheld|tbc|na|none"
)
DEFAULT_DATES = ("1900-01-01", "1900-12-31", "1899-12-30", "1899-12-31", "1901-01-01", "1753-01-01")
ABBREVIATIONS = {
    "st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane",
    "dr": "drive", "drv": "drive", "ct": "court", "crt": "court", "cl": "close", "clo": "close",
    "cres": "crescent", "cr": "crescent", "crs": "crescent", "pl": "place", "sq": "square",
    "gdns": "gardens", "gdn": "gardens", "grdns": "gardens", "ter": "terrace", "terr": "terrace",
    "pk": "park", "blvd": "boulevard", "hwy": "highway", "cir": "circle", "cct": "circuit",
    "pkwy": "parkway", "ho": "house", "hse": "house", "bldg": "building", "bldgs": "buildings",
    "est": "estate", "mt": "mount", "n": "north", "s": "south", "e": "east", "w": "west",
}  # fmt: skip
DESIGNATORS = ("flat", "apartment", "apt", "apmnt", "unit", "no", "number", "room", "suite")


@dataclass(frozen=True)
class Step:
    """One thing done to a value: `sql` holds `{x}` where the value so far goes."""

    name: str
    reason: str
    sql: str

    def applied_to(self, expression: str) -> str:
        return self.sql.replace("{x}", expression)


def _set(words: str) -> str:
    return ", ".join(f"'{word}'" for word in words.split("|"))


def _sql_list(words: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"


_MAP = "map {" + ", ".join(f"'{short}': '{full}'" for short, full in ABBREVIATIONS.items()) + "}"

FOLD = (
    Step("lower case", "case carries no information about who a person is", "lower({x})"),
    Step(
        "letters without marks",
        "providers drop accents; string distances count bytes, so all text becomes ASCII",
        "replace(replace(replace(replace(replace(translate(strip_accents({x}), 'øđłıðħ', 'odlidh')"
        ", 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), '\u2019', '''')",
    ),
)
BLANK = (
    Step("single spaces", "spacing is typing", "trim(regexp_replace({x}, ' +', ' ', 'g'))"),
    Step("empty is missing", "an empty text says nothing", "nullif({x}, '')"),
)
NAME = (
    *FOLD,
    Step(
        "apostrophes closed up",
        "O'Neill, O Neill and ONeill are one name",
        "regexp_replace({x}, '[''`\u00b4]', '', 'g')",
    ),
    Step(
        "ordinals off",
        "1st and 3rd count holders of a title, they name nobody",
        "regexp_replace({x}, '\\b[0-9]+(st|nd|rd|th)\\b', ' ', 'g')",
    ),
    Step(
        "digits read as letters",
        "scanners and tired eyes take O for 0, L for 1 and S for 5 inside a word",
        "regexp_replace(regexp_replace(regexp_replace({x}, '(^|[a-z])0([a-z])', '\\1o\\2', 'g')"
        ", '(^|[a-z])1([a-z])', '\\1l\\2', 'g'), '(^|[a-z])5([a-z])', '\\1s\\2', 'g')",
    ),
    Step(
        "no digits", "other digits in a name are typing", "regexp_replace({x}, '[0-9]+', '', 'g')"
    ),
    Step(
        "letters only",
        "punctuation in a name is typing; other scripts keep their letters",
        "regexp_replace({x}, '[^\\p{L}]+', ' ', 'g')",
    ),
    *BLANK,
    Step(
        "titles off",
        "a form of address is not part of a name (kept when nothing else is there)",
        f"regexp_replace({{x}}, '^(({TITLES}) )+', '')",
    ),
    Step(
        "suffixes off",
        "junior and senior are told apart by birth date, not by text few providers record",
        f"regexp_replace({{x}}, '( ({SUFFIXES}))+$', '')",
    ),
    Step(
        "placeholders are missing",
        "'unknown' is not a name; 'Null' and 'None' stay, they are surnames",
        f"case when {{x}} in ({_set(NO_NAME)}) then null else {{x}} end",
    ),
    *BLANK,
)
GIVEN = (
    *NAME,
    Step(
        "roles are missing",
        "'Baby', 'Wife' or 'Resident' is what someone was called when nobody asked for the name",
        f"case when {{x}} in ({_set(NO_GIVEN_NAME)}) then null else {{x}} end",
    ),
)
DATE = (
    Step(
        "default dates are missing",
        "systems that demand a date get one nobody was born on",
        "case when {x} in ("
        + ", ".join(f"date '{day}'" for day in DEFAULT_DATES)
        + ") then null else {x} end",
    ),
    Step(
        "implausible years are missing",
        "no register reaches back before 1400 or forward past 2200",
        "case when year({x}) between 1400 and 2200 then {x} end",
    ),
)
BIRTH = (
    *DATE,
    Step(
        "born after death is missing",
        "one of the two dates is wrong and the birth date is the one we compare",
        "case when {x} > death_date then null else {x} end",
    ),
)
SEX = (
    Step("M or F", "any other code means not recorded", "case when {x} in ('M', 'F') then {x} end"),
)
POSTCODE = (
    Step(
        "letters and digits",
        "spacing is typing",
        "regexp_replace(upper({x}), '[^A-Z0-9]', '', 'g')",
    ),
    Step(
        "pseudo postcodes are missing",
        "ZZ99 stands for no fixed abode or abroad: thousands share it",
        "case when length({x}) < 3 or {x} like 'ZZ99%' then null else {x} end",
    ),
)
ADDRESS = (
    *FOLD,
    Step(
        "postcode out of the line",
        "the postcode is compared on its own and would make lines with and without it differ",
        "regexp_replace({x}, '\\b[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}\\b', ' ', 'g')",
    ),
    Step(
        "letters and digits", "punctuation is typing", "regexp_replace({x}, '[^a-z0-9]+', ' ', 'g')"
    ),
    *BLANK,
    Step(
        "no fixed abode is missing",
        "people without an address do not live together",
        f"case when {{x}} in ({_set(NO_ADDRESS)}) then null else {{x}} end",
    ),
    Step(
        "words written out",
        "St and Street are one word; Flat, Unit and No. only announce a number",
        "array_to_string(list_filter(list_transform(string_split({x}, ' '), "
        f"lambda w: coalesce({_MAP}[w], w)), lambda w: not list_contains({_sql_list(DESIGNATORS)}"
        ", w)), ' ')",
    ),
    *BLANK,
)
UPRN = (
    Step(
        "digits",
        "a UPRN is a number; leading zeros are padding",
        "ltrim(regexp_replace({x}, '[^0-9]', '', 'g'), '0')",
    ),
    Step("empty is missing", "an empty text says nothing", "nullif({x}, '')"),
)
PHONE = (
    Step("digits", "spacing and brackets are typing", "regexp_replace({x}, '[^0-9]', '', 'g')"),
    Step(
        "last ten digits", "+44 7700 900123, 0044… and 07700 900123 are one line", "right({x}, 10)"
    ),
    Step(
        "too short or one digit repeated is missing",
        "extensions and 0000000000 are not a person's line; nor is 07777 777777",
        "case when length({x}) >= 7 and length(replace(right({x}, 8), right({x}, 1), '')) > 0"
        " then {x} end",
    ),
    Step(
        "counted up or down is missing",
        "01234567890 is what is typed where a number is demanded",
        "case when contains('12345678901234567890', {x}) or contains('9876543210987654321', {x})"
        " then null else {x} end",
    ),
)
EMAIL = (
    *FOLD,
    Step("no spaces", "spacing is typing", "replace({x}, ' ', '')"),
    Step(
        "must look like an address, not like a refusal",
        "none@, noemail@ and na@ are shared by everyone without an e-mail address",
        "case when regexp_matches({x}, '^[^@]+@[^@]+\\.[^@]+$') and not regexp_matches({x}, "
        "'^(none|noemail|no-email|no\\.email|na|n/a|unknown|test|nobody|noreply|no-reply)@')"
        " then {x} end",
    ),
)
TRUSTED_ID = (
    Step(
        "letters and digits",
        "spacing is typing",
        "regexp_replace(upper({x}), '[^A-Z0-9]', '', 'g')",
    ),
    Step(
        "empty or one sign repeated is missing",
        "0000000000 and 9999999999 pass some check digits and belong to nobody",
        "case when length({x}) >= 3 and length(replace({x}, right({x}, 1), '')) > 0 then {x} end",
    ),
)  # fmt: skip

_DIGITS_WEIGHED = " + ".join(f"{10 - i} * ascii(substr({{x}}, {i + 1}, 1))" for i in range(10))
NHS_NUMBER = (
    Step(
        "issued range",
        "ten digits beginning with 3, 4, 6, 7 or 9; 0 to 2 are Scottish, 5 and 8 were never given",
        "case when regexp_full_match({x}, '[34679][0-9]{9}') then {x} end",
    ),
    Step(
        "check digit",
        "one wrong digit or two swapped never pass Modulus 11; the surplus 48 of each ASCII code"
        " times weights that add up to 55 is itself a multiple of 11",
        f"case when ({_DIGITS_WEIGHED}) % 11 = 0 then {{x}} end",
    ),
)
# Issuers whose numbers prove themselves; what fails is nobody's number.
CHECKED: dict[str, tuple[Step, ...]] = {"nhs_number": NHS_NUMBER}

CLEANING: dict[str, tuple[Step, ...]] = {
    "given_name": GIVEN,
    "family_name": NAME,
    "previous_family_name": NAME,
    "middle_name": NAME,
    "birth_date": BIRTH,
    "death_date": DATE,
    "sex_code": SEX,
    "address_line": ADDRESS,
    "uprn": UPRN,
    "postcode": POSTCODE,
    "phone": PHONE,
    "email": EMAIL,
}


def clean_sql(column: str, steps: tuple[Step, ...]) -> str:
    """The steps as one SQL expression over `column`."""
    expression = column
    for step in steps:
        expression = step.applied_to(expression)
    return expression
