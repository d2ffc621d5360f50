"""`insight review`: questions linkage cannot settle by itself, judged by people.

Belongs here: arguments, the clock, and words for people. Does not belong here: the queue, pages or
verdicts (linkage/review). `--list` and `--audit` hold no personal value; the page and the terminal
show what records say, on this machine alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from insight_pipeline.cli.review_effect import effects
from insight_pipeline.cli.review_terminal import judge_in_terminal, refuse_without_terminal
from insight_pipeline.cli.table import text_table
from insight_pipeline.contracts.staging import accepted_relation
from insight_pipeline.indicators.catalogue import Catalogue, load_catalogue
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.linkage.review.agreement import agreements
from insight_pipeline.linkage.review.audit import audit
from insight_pipeline.linkage.review.delivery import Destination
from insight_pipeline.linkage.review.desk import Desk, Reviewer
from insight_pipeline.linkage.review.draw import draw_pairs
from insight_pipeline.linkage.review.notebook import Notebook
from insight_pipeline.linkage.review.queue import Item, find_items, ranked, write_items
from insight_pipeline.linkage.review.server import open_server
from insight_pipeline.linkage.review.workspace import Workspace, open_workspace
from insight_pipeline.settings import Settings, load_settings

MOST_LISTED = 50
FEED = "linkage_decision"
SAMPLE = click.IntRange(1, 1000)
PORT = click.IntRange(0, 65535)


@click.command(name="review")
@click.option("--reviewer", metavar="NAME", help="Your name at work, such as r.okafor.")
@click.option("--blind", is_flag=True, help="Hide weights and others' verdicts until you judged.")
@click.option("--sample", type=SAMPLE, help="Judge so many pairs of each weight, drawn by chance.")
@click.option("--terminal", is_flag=True, help="Judge in the terminal.")
@click.option("--list", "listed", is_flag=True, help="Show the queue's ranks and counts.")
@click.option("--audit", "audited", is_flag=True, help="Show who decided what and when.")
@click.option(
    "--port", type=PORT, default=0, show_default="any free one", help="Port on this machine."
)
def review_command(
    reviewer: str | None,
    blind: bool,
    sample: int | None,
    terminal: bool,
    listed: bool,
    audited: bool,
    port: int,
) -> None:
    """Judge whether records are of one person: as a local page, or in the terminal.

    Verdicts need a reason. They are kept at once, and written for the next night when you say so.

    Example: insight review --reviewer r.okafor --blind
    """
    if terminal + listed + audited > 1:
        raise click.UsageError("give one of --terminal, --list and --audit")
    if reviewer is None and not listed and not audited:
        raise click.UsageError("say who you are: --reviewer NAME")
    if terminal:
        refuse_without_terminal()
    settings = load_settings()
    catalogue = load_catalogue(settings)
    with open_workspace(settings) as workspace:
        if audited:
            click.echo(audit_table(workspace))
            return
        queue = make_queue(workspace, settings, catalogue, sample)
        if reviewer is None or listed:
            click.echo(queue_table(queue))
            return
        notebook = Notebook(settings.home / "review", reviewer)
        sitting = make_reviewer(catalogue, settings, reviewer, is_blind=blind)
        desk = Desk(workspace, queue, notebook, sitting, lambda: datetime.now(UTC))
        if terminal:
            judge_in_terminal(desk)
        else:
            _serve(desk, port)


def make_queue(
    workspace: Workspace, settings: Settings, catalogue: Catalogue, sample: int | None
) -> list[Item]:
    """The questions in order; `sample`: so many drawn by chance of each weight instead."""
    if sample is None:
        find_items(workspace.con, workspace.join, workspace.policy)
    else:
        draw_pairs(workspace.con, sample)
        write_items(workspace.con)
    unranked = ranked(workspace.con, None)
    keys = {key for item in unranked for key in item.citizens}
    known = effects(settings, catalogue.models, keys)
    return unranked if known is None else ranked(workspace.con, known)


def make_reviewer(
    catalogue: Catalogue, settings: Settings, name: str, *, is_blind: bool
) -> Reviewer:
    """Who sits at the desk, with the words and the contract that the project has."""
    return Reviewer(
        reviewer_id=name,
        is_blind=is_blind,
        reasons=_labels(catalogue, "link_reason"),
        kinds=dict(_labels(catalogue, "link_sampling")),
        destination=_destination(catalogue, settings),
    )


def _labels(catalogue: Catalogue, vocabulary: str) -> tuple[tuple[str, str], ...]:
    listed = catalogue.vocabularies.filter(vocabulary=vocabulary)
    return tuple(listed.select("code", "label").unique(maintain_order=True).rows())


def _destination(catalogue: Catalogue, settings: Settings) -> Destination:
    """The inbox of the dataset whose staging feeds linkage with decisions; the first by name."""
    feeders = [m for c in catalogue.internal if c.stem == FEED for m in catalogue.feeders(c)]
    read = {relation for model in feeders for relation in model.reads}
    found = [c for c in catalogue.contracts if accepted_relation(c) in read]
    if not found:
        raise InsightError([_nowhere()])
    contract = min(found, key=lambda one: one.stem)
    promise = contract.promise
    return Destination(settings.inbox, promise.provider, promise.dataset, contract.version)


def _nowhere() -> Fault:
    return Fault(
        where="data_contracts",
        expected=f"a contract whose staging file feeds {FEED}",
        found="none",
        consequence="no verdict could reach the night",
        next_step="write the contract and its staging file; docs/add-a-provider.md shows how",
    )


def _serve(desk: Desk, port: int) -> None:
    server = open_server(desk, port, lambda line: click.echo(line, err=True))
    click.echo(f"Review: {server.application.url}\nOnly this machine can open it; Ctrl-C stops it.")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo(f"Stopped. {len(desk.waiting())} of your verdicts wait to be written.")
    finally:
        server.server_close()


def queue_table(queue: Sequence[Item]) -> str:
    """Ranks and counts of the first questions; no id of a record, no value."""
    header = ("place", "question", "kind", "records", "weight", "uncertainty", "rows that may move")
    rows = [
        (
            item.place,
            item.item_id[:8],
            item.kind,
            len(item.records),
            f"{item.weight:.1f}",
            f"{item.uncertainty:.3f}",
            "not known" if item.effect is None else item.effect,
        )
        for item in queue[:MOST_LISTED]
    ]
    more = f"\n… and {len(queue) - MOST_LISTED:,} more" if len(queue) > MOST_LISTED else ""
    return text_table(header, rows) + more


def audit_table(workspace: Workspace) -> str:
    """Decisions without reasons in words, and how far reviewers agree."""
    header = ("decision", "decided (UTC)", "reviewer", "verdict", "reason", "records", "blind",
              "state")  # fmt: skip
    rows = [
        (
            one.decision_id,
            f"{one.decided_at:%Y-%m-%d %H:%M}",
            one.reviewer_id,
            one.verdict_code,
            one.reason_code,
            one.records,
            "yes" if one.is_blind else "no",
            one.state,
        )
        for one in audit(workspace.con)
    ]
    agreed = [
        (f"{each.one}, {each.other}", each.pairs, each.agreed,
         "none" if each.kappa is None else f"{each.kappa:.2f}")
        for each in agreements(workspace.con)
    ]  # fmt: skip
    tables = [text_table(header, rows)]
    if agreed:
        tables.append(text_table(("reviewers", "both judged", "agreed", "kappa"), agreed))
    return "\n\n".join(tables)
