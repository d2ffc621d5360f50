"""`insight clk`: linking with a partner who may not share names, by rows of bits.

Belongs here: arguments, words and exit codes of these commands. Does not belong here: encoding or
comparing. The secret comes from a file, never from the command line, which others could read.
Exit codes: 0 done, 1 the table or the files cannot be used, 2 wrong usage.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.settings import load_settings

USAGE = 2
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)


def _in_a_folder(context: click.Context, option: click.Parameter, path: Path) -> Path:
    if not path.absolute().parent.is_dir():
        raise click.BadParameter("its folder does not exist")
    return path


def _parquet(context: click.Context, option: click.Parameter, path: Path) -> Path:
    if path.suffix != ".parquet":
        raise click.BadParameter("its name must end with .parquet")
    return _in_a_folder(context, option, path)


@click.group(name="clk")
def clk_command() -> None:
    """Link with a partner across a legal boundary: no name leaves either house.

    Both encode their table with one secret; whoever holds both files links them.

    Example: insight clk link ours.parquet theirs.parquet --out pairs.csv
    """


@clk_command.command(name="encode")
@click.argument("file", type=FILE)
@click.option(
    "--map",
    "maps",
    multiple=True,
    required=True,
    metavar="FIELD=COLUMN",
    help="A field that rows hold, and the column it stands in. Both partners map the same fields.",
)
@click.option("--secret-file", type=FILE, required=True, help="The secret both partners share.")
@click.option(
    "--out", type=OUTPUT, required=True, callback=_parquet, help="The .parquet file to hand over."
)
@click.option("--record-id", metavar="COLUMN", help="Else rows are named by their number.")
@click.option("--date-format", metavar="PATTERN", help="How dates are written, as %d/%m/%Y.")
@click.option("--fold", is_flag=True, help="Halve each row by XOR: harder to attack, finds less.")
def encode_command(
    file: Path,
    maps: tuple[str, ...],
    secret_file: Path,
    out: Path,
    record_id: str | None,
    date_format: str | None,
    fold: bool,
) -> None:
    """Encode a person table as rows of bits under a shared secret.

    Both partners map the same fields and pass the same options. Row numbers are safer names than
    ids the partner might know.

    Example: insight clk encode people.csv --map given_name=first --map family_name=last
    --map birth_date=dob --secret-file partner.key --out ours.parquet
    """
    from insight_pipeline.linkage.clk import run as clk
    from insight_pipeline.linkage.clk.files import write_encoded
    from insight_pipeline.linkage.clk.secret import read_secret
    from insight_pipeline.linkage.standalone import run, table

    secret = read_secret(secret_file)
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(load_settings(), home=Path(folder))
        people = table.read_table(file, Path(folder))
        try:
            chosen = run.plan(people, maps, record_id)
            scheme = clk.scheme_for(chosen.mapping, int(fold))
        except InsightError as error:
            click.echo(str(error), err=True)
            sys.exit(USAGE)
        evidence = Path(folder) / "evidence.parquet"
        unread = run.prepare_evidence(people, chosen, date_format, evidence, settings)
        encoded = clk.encode_evidence(evidence, scheme, secret, settings)
    write_encoded(encoded, out)
    for field, count in unread.items():
        click.echo(f"{field}: {count:,} values were not understood and left out.", err=True)
    click.echo(f"{len(encoded.record_ids):,} records, {scheme.stored_bits} bits each.")


@clk_command.command(name="link")
@click.argument("ours", type=FILE)
@click.argument("theirs", type=FILE)
@click.option(
    "--out", type=OUTPUT, required=True, callback=_in_a_folder, help="A .csv file of pairs."
)
@click.option("--threshold", type=click.FloatRange(0, 1), help="Least Dice similarity of a pair.")
@click.option("--many", is_flag=True, help="All pairs, not each record once: either may repeat.")
def link_command(ours: Path, theirs: Path, out: Path, threshold: float | None, many: bool) -> None:
    """Find the pairs of two encoded files that are one person.

    Without a threshold one is found that hardly any two strangers of these files reach.

    Example: insight clk link ours.parquet theirs.parquet --out pairs.csv
    """
    from insight_pipeline.linkage.clk.run import link_encoded

    linked = link_encoded(ours, theirs, threshold, many)
    with replacing_file(out) as work:
        linked.pairs.write_csv(work)
    click.echo(
        f"{linked.pairs.height:,} pairs at a similarity of {linked.threshold:.3f} or more;"
        f" a pair just there is found with a chance of {linked.sampling.found:.0%}."
    )
