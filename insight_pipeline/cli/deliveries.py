"""`insight deliveries`: how deliveries fare, what was recognised about one, and approving one.

Belongs here: arguments and words. Does not belong here: reckoning (contracts).
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from insight_pipeline.cli.report import accounts, delivery_table
from insight_pipeline.contracts.judging.verdict import Verdict, read_verdict
from insight_pipeline.contracts.standing.accounts import Account
from insight_pipeline.contracts.standing.approval import Approval, read_approval, write_approval
from insight_pipeline.contracts.standing.notices import notice
from insight_pipeline.indicators.catalogue import load_catalogue
from insight_pipeline.kernel.errors import Fault, InsightError, nearest, raise_all
from insight_pipeline.kernel.lock import hold
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
    settings = load_settings()
    account = _find(delivery_id, _all(settings))
    click.echo("\n".join(_described(account, read_approval(settings.landing, account.delivery_id))))


@deliveries_command.command()
@click.argument("delivery_id", metavar="ID")
@click.option("--by", required=True, help="Who approves it.")
@click.option("--reason", required=True, help="Why it is right although it is so small.")
def approve(delivery_id: str, by: str, reason: str) -> None:
    """Let a held delivery stand from the next night on, with the rows it has now.

    Judged again with fewer sound rows, it is held again and needs another approval.

    Example: insight deliveries approve 1a2b3c4d --by "R. Okafor" --reason "service closed in May"
    """
    settings = load_settings()
    hold(settings.home)
    account = _find(delivery_id, _all(settings))
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


def _all(settings: Settings) -> list[Account]:
    return accounts(load_catalogue(settings), settings)


def _find(delivery_id: str, known: Sequence[Account]) -> Account:
    found = [account for account in known if account.delivery_id.startswith(delivery_id.lower())]
    if len(found) != 1 or not delivery_id:
        raise InsightError([_unknown(delivery_id, found or known, several=bool(found))])
    return found[0]


def _verdict(account: Account, settings: Settings) -> Verdict:
    verdict = read_verdict(settings.accepted, account.stem, account.delivery_id)
    if verdict is None:
        raise InsightError([_refusal(account, "a delivery with a verdict", "none")])
    return verdict


def _unknown(delivery_id: str, known: Sequence[Account], *, several: bool) -> Fault:
    ids = [account.delivery_id for account in known]
    hint = (
        f"write more of it: {', '.join(sorted(ids)[:5])}" if several else nearest(delivery_id, ids)
    )
    return Fault(
        where=f"delivery '{delivery_id}'",
        expected="the id of one delivery",
        found=f"{len(ids)} deliveries that begin so" if several else "no delivery with this id",
        consequence="nothing is shown or changed",
        next_step=f"{hint}; `insight deliveries` lists them",
    )


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


def _described(account: Account, approval: Approval | None) -> list[str]:
    lines = [
        f"Delivery     {account.delivery_id}",
        f"Feed         {account.stem}",
        f"Period       {account.period_from} to {account.period_to}",
        f"Submitted    {account.submitted_at:%Y-%m-%d %H:%M:%S} UTC",
        f"Outcome      {account.outcome}",
        f"Rows         {account.received:,} received = {account.accepted:,} accepted + "
        f"{account.quarantined:,} quarantined + {account.superseded:,} superseded + "
        f"{account.rejected:,} rejected",
    ]
    if account.reasons:
        lines.append(f"Refused by   {', '.join(account.reasons)}")
    for code in account.notices:
        words = notice(code)
        lines.append(f"Notice       {code}: {words.sentence}\n             {words.hint}")
    if approval:
        lines.append(f"Approved     by {approval.by}: {approval.reason}")
    return lines
