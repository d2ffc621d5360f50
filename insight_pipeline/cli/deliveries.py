"""`insight deliveries`: how deliveries fare, what was recognised about one, and approving one.

Belongs here: arguments and words. Does not belong here: reckoning (contracts).
"""

from __future__ import annotations

import sys
from datetime import datetime

import click

from insight_pipeline.cli.delivery_words import described, told
from insight_pipeline.cli.find_delivery import Wanted, choose, find_delivery
from insight_pipeline.cli.report import accounts, delivery_table
from insight_pipeline.contracts.judging.verdict import Verdict, read_verdict
from insight_pipeline.contracts.replay import replay_deliveries
from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.contracts.standing.approval import Approval, read_approval, write_approval
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.kernel.errors import Fault, InsightError, raise_all
from insight_pipeline.kernel.lock import hold
from insight_pipeline.operations.trail import trail
from insight_pipeline.settings import Settings, load_settings


@click.group(name="deliveries", invoke_without_command=True)
@click.pass_context
def deliveries_command(context: click.Context) -> None:
    """Show how every delivery fares: received, accepted, quarantined, superseded, rejected.

    One that is held waits for `insight deliveries approve`.
    """
    if context.invoked_subcommand is None:
        settings = load_settings()
        click.echo(delivery_table(_all(settings)))


@deliveries_command.command()
@click.argument("delivery_id", metavar="ID")
def show(delivery_id: str) -> None:
    """Show one delivery: what it declares, how it fares, and what was recognised about it.

    ID may be cut short as long as it names one delivery.
    """
    settings, catalogue = _opened()
    account = find_delivery(delivery_id, accounts(catalogue, settings))
    found = trail(settings, catalogue, account.stem, account.delivery_id)
    approval = read_approval(settings.landing, account.delivery_id)
    click.echo("\n".join(described(found, approval)))


@deliveries_command.command()
@click.argument("delivery_id", metavar="[ID]", required=False)
@click.option("--feed", help="Of this feed alone: its contract's name.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="Periods from this day.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Periods up to this day.")
def replay(
    delivery_id: str | None, feed: str | None, first: datetime | None, last: datetime | None
) -> None:
    """Judge deliveries again from their landed bytes, and say whether the verdict is the same.

    Either the delivery ID (it may be cut short), or all whose period touches --from to --to. Their
    datasets are brought up to date; figures follow with the next night. Where our own engine fails,
    the earlier verdict stands. Exits with 1 where a verdict differs, or an engine failed.

    Example: insight deliveries replay --feed PROVIDER__DATASET --from 2026-01-01 --to 2026-03-31
    """
    settings, catalogue = _opened()
    hold(settings.home, settings.temporary)
    wanted = Wanted(
        delivery_id, feed, first.date() if first else None, last.date() if last else None
    )
    chosen = choose(wanted, catalogue, settings)
    replays = [
        replay_deliveries(contract, catalogue.law, settings, chosen[contract.stem])
        for contract in catalogue.contracts
        if contract.stem in chosen
    ]
    click.echo("\n".join(told(replays)))
    for fault in (fault for one in replays for fault in one.faults):
        click.echo(str(fault), err=True)
    if any(one.failed or not one.is_same for each in replays for one in each.deliveries):
        sys.exit(1)


@deliveries_command.command()
@click.argument("delivery_id", metavar="ID")
@click.option("--by", required=True, help="Who approves it.")
@click.option(
    "--reason",
    required=True,
    help="Why it is right although it is so small; kept for good, so without anybody's name.",
)
def approve(delivery_id: str, by: str, reason: str) -> None:
    """Let a held delivery stand from the next night on, with the rows it has now.

    Judged again with fewer sound rows, it is held again and needs another approval.

    Example: insight deliveries approve 1a2b3c4d --by "R. Okafor" --reason "service closed in May"
    """
    settings = load_settings()
    hold(settings.home)
    account = find_delivery(delivery_id, _all(settings))
    raise_all(_not_approvable(account, by, reason))
    verdict = _verdict(account, settings)
    approval = Approval(
        delivery_id=account.delivery_id,
        stem=account.stem,
        by=by.strip(),
        reason=reason.strip(),
        accepted=verdict.accepted,
        verdict=verdict.fingerprint,
    )
    write_approval(settings.landing, approval)
    click.echo(f"Delivery {account.delivery_id} of {account.stem} stands from the next night on.")


def _opened() -> tuple[Settings, Catalogue]:
    settings = load_settings()
    return settings, load_catalogue(settings)


def _all(settings: Settings) -> list[Account]:
    return accounts(load_catalogue(settings), settings)


def _verdict(account: Account, settings: Settings) -> Verdict:
    verdict = read_verdict(settings.accepted, account.stem, account.delivery_id)
    if verdict is None:
        raise InsightError([_refusal(account, "a delivery with a verdict", "none")])
    return verdict


def _not_approvable(account: Account, by: str, reason: str) -> list[Fault]:
    faults = []
    if account.outcome != "held":
        faults.append(
            _refusal(account, "a delivery that is held", f"one that is {account.outcome}")
        )
    for name, words in (("--by", by), ("--reason", reason)):
        if not words.strip() or len(words) > 500:
            faults.append(_refusal(account, f"1 to 500 characters in {name}", f"{len(words)}"))
    return faults


def _refusal(account: Account, expected: str, found: str) -> Fault:
    return Fault(
        where=f"delivery {account.delivery_id}",
        expected=expected,
        found=found,
        consequence="nothing is approved",
        next_step=f"see `insight deliveries show {account.delivery_id}`",
    )
