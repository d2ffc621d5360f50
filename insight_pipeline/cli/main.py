"""`insight …`: thin; every command calls one room and says what came of it.

Belongs here: arguments, exit codes and words for people. Does not belong here: any work.
Exit codes: 0 all is well, 1 the work failed or a check of ERROR severity did, 2 wrong usage.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from insight_pipeline.cli.alerts import alerts_command
from insight_pipeline.cli.backup import backup_command, restore_command
from insight_pipeline.cli.check import check_command
from insight_pipeline.cli.clk import clk_command
from insight_pipeline.cli.contracts import contracts_command
from insight_pipeline.cli.deliveries import deliveries_command
from insight_pipeline.cli.diff import diff_command
from insight_pipeline.cli.explain import audit_command, explain_command
from insight_pipeline.cli.explore import explore_command
from insight_pipeline.cli.faults import install_fault
from insight_pipeline.cli.figures import figures_command
from insight_pipeline.cli.gaps import gaps_command
from insight_pipeline.cli.group import Faults, keep_private
from insight_pipeline.cli.lineage import lineage_command
from insight_pipeline.cli.link import link_command
from insight_pipeline.cli.linkage_quality import quality_command
from insight_pipeline.cli.model import model_command
from insight_pipeline.cli.models import models_command
from insight_pipeline.cli.people import people_command
from insight_pipeline.cli.query import query_command
from insight_pipeline.cli.rebuild import rebuild_command
from insight_pipeline.cli.records import records_command
from insight_pipeline.cli.release import release_command, say_figures, say_outputs
from insight_pipeline.cli.releases import releases_command
from insight_pipeline.cli.report import accounts, delivery_table
from insight_pipeline.cli.review import review_command
from insight_pipeline.cli.revisions import revisions_command
from insight_pipeline.cli.scorecard import scorecard_command
from insight_pipeline.cli.serve import serve_command
from insight_pipeline.cli.status import status_command
from insight_pipeline.contracts.arrival import sources_of
from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.lock import hold
from insight_pipeline.landing.receipt import received_stems
from insight_pipeline.operations.home_version import refuse_newer_home
from insight_pipeline.operations.restore import refuse_half_restored
from insight_pipeline.settings import Settings, fault_at, load_settings
from insight_pipeline.simulation.borough import (
    CITIZENS,
    MONTHS,
    SEED,
    simulate,
)

UI_ADDRESS = "127.0.0.1"


@click.group(cls=Faults, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(ctx: click.Context) -> None:
    """Joins what spun-out providers deliver into outcome indicators for commissioning."""
    install_fault(fault_at())
    keep_private(ctx)
    settings = load_settings()
    refuse_newer_home(settings)
    if ctx.invoked_subcommand != restore_command.name:
        refuse_half_restored(settings)


@main.command(name="simulate")
@click.option("--citizens", default=CITIZENS, show_default=True, help="People.")
@click.option("--months", default=MONTHS, show_default=True, help="Months of service.")
@click.option("--seed", default=SEED, show_default=True, help="Same seed, same borough.")
@click.option("--control", is_flag=True, help="Without the situations that are there to be found.")
def simulate_command(citizens: int, months: int, seed: int, *, control: bool) -> None:
    """Write a synthetic borough's drops into the inbox, and its truth beside the home's stores.

    Example: insight simulate --citizens 2000 --months 12
    """
    settings = load_settings()
    hold(settings.home, settings.temporary)
    if received_stems(settings.landing):
        raise InsightError([_not_empty()])
    _simulate(settings, citizens, months, seed, is_planted=not control)


@main.command()
def nightly() -> None:
    """Run the night: receive, judge, link, reckon, publish. Simulates drops into an empty inbox."""
    from insight_pipeline.defs.launch import run_nightly

    settings = load_settings()
    hold(settings.home, settings.temporary)
    catalogue = load_catalogue(settings)
    fetched = bool(sources_of(catalogue.contracts, settings))
    if not (fetched or received_stems(settings.landing) or _any_file(settings.inbox)):
        click.echo("The inbox is empty: simulating a borough's drops.", err=True)
        _simulate(settings, CITIZENS, MONTHS, SEED)
    before = set(accounts(catalogue, settings))
    night = run_nightly(settings)
    now = accounts(catalogue, settings)
    _say_deliveries([account for account in now if account not in before], len(now))
    say_figures(settings)
    say_outputs(settings)
    for check in night.failed_checks:
        click.echo(f"Failed check: {check}", err=True)
    if not night.succeeded:
        click.echo("The night failed; the last good release stands. Details: insight ui", err=True)
    if not night.succeeded or night.failed_checks:
        sys.exit(1)


@main.command()
@click.option("--port", default=3000, show_default=True, help="Port on this machine.")
def ui(port: int) -> None:
    """Open the Dagster UI with its daemon: asset graph, checks, schedule and sensor."""
    from insight_pipeline.defs.workspace import prepare_dagster_home

    settings = load_settings()
    home = prepare_dagster_home(settings)
    dagster = Path(sys.executable).with_name("dagster")
    program = str(dagster) if dagster.exists() else shutil.which("dagster") or "dagster"
    environment = {**settings.environment(), "DAGSTER_HOME": str(home)}
    click.echo(f"Dagster UI: http://{UI_ADDRESS}:{port} (stop it with Ctrl-C)")
    module = ["-m", "insight_pipeline.definitions", "-d", str(settings.project)]
    os.execve(  # noqa: S606
        program, [program, "dev", "-h", UI_ADDRESS, "-p", str(port), *module], environment
    )


def _simulate(
    settings: Settings, citizens: int, months: int, seed: int, *, is_planted: bool = True
) -> None:
    summary = simulate(
        settings.inbox,
        settings.home / "truth",
        citizens,
        months,
        seed,
        lambda line: click.echo(f"  {line}", err=True),
        is_planted=is_planted,
    )
    click.echo(f"Simulated {citizens:,} citizens: {summary.files} files in {settings.inbox}")


def _any_file(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*"))


def _not_empty() -> Fault:
    return Fault(
        where="home folder",
        expected="a home that has never received anything",
        found="deliveries received before",
        consequence="nothing is simulated: invented people must not mix with others",
        next_step="give INSIGHT_HOME another folder and simulate there",
    )


def _say_deliveries(new: list[Account], total: int) -> None:
    if new:
        click.echo(f"\nDeliveries that fare otherwise than last night\n{delivery_table(new)}")
    else:
        click.echo(
            f"\nNo new delivery: all {total} stand as they were judged (insight deliveries)."
        )


main.add_command(figures_command)
main.add_command(query_command)
main.add_command(releases_command)
main.add_command(diff_command)
main.add_command(serve_command)
main.add_command(explore_command)
main.add_command(deliveries_command)
main.add_command(revisions_command)
main.add_command(release_command)
main.add_command(scorecard_command)
main.add_command(status_command)
main.add_command(alerts_command)
main.add_command(check_command)
main.add_command(contracts_command)
main.add_command(explain_command)
main.add_command(gaps_command)
main.add_command(audit_command)
main.add_command(model_command)
main.add_command(models_command)
main.add_command(lineage_command)
main.add_command(people_command)
main.add_command(review_command)
main.add_command(link_command)
main.add_command(clk_command)
main.add_command(quality_command)
main.add_command(rebuild_command)
main.add_command(backup_command)
main.add_command(restore_command)
main.add_command(records_command)


if __name__ == "__main__":
    main()
