"""`insight model …`: the linkage models there are, training another, and putting one in use.

Belongs here: arguments and the tables people see. Does not belong here: training.
"""

from __future__ import annotations

from pathlib import Path

import click

from insight_pipeline.cli.table import text_table
from insight_pipeline.contracts.staging import feed_path
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.kernel.lock import hold
from insight_pipeline.linkage.model import files
from insight_pipeline.linkage.model.comparisons import COMPARISONS
from insight_pipeline.linkage.model.files import Adoption
from insight_pipeline.linkage.retrain import Effect, effect_of, retrain
from insight_pipeline.settings import Settings, load_settings


def _words(context: click.Context, option: click.Parameter, value: str) -> str:
    """Kept for those who ask later: it must say something, on one line."""
    if not value.strip() or not value.isprintable():
        raise click.BadParameter("say it in words, on one line")
    return value.strip()


@click.group(name="model")
def model_command() -> None:
    """Show, train and adopt linkage models. The night uses the adopted one until you say other.

    Example: insight model list
    """


@model_command.command(name="list")
def list_command() -> None:
    """Show every model kept, and which one is in use."""
    settings = load_settings()
    adoption = files.active(settings.models)
    rows = []
    for name in files.names(settings.models):
        model = files.load(settings.models, name).model
        in_use = adoption is not None and adoption.model == name
        state = "provisional" if model.is_provisional else "trained"
        rows.append((name, "in use" if in_use else "", state, f"{model.join:.2f}"))
    click.echo(text_table(("model", "", "state", "threshold in bits"), rows))
    if adoption is not None:
        click.echo(f"Adopted by {adoption.adopted_by}: {adoption.reason}.")


@model_command.command(name="show")
@click.argument("name")
def show_command(name: str) -> None:
    """Show a model's parameters: how often each agreement occurs among matches and among others."""
    model = files.load(load_settings().models, name).model
    rows = [
        (
            comparison.name,
            level.label,
            f"{model.match[comparison.name][place]:.4g}",
            f"{model.relative[comparison.name][place]:.4g}",
            f"{model.stranger[comparison.name][place]:.4g}",
        )
        for comparison in COMPARISONS
        for place, level in enumerate(comparison.levels)
    ]
    click.echo(text_table(("comparison", "level", "matches", "relatives", "strangers"), rows))
    seen = ", ".join(f"{fact} {pairs:,.0f}" for fact, pairs in model.evidence_pairs.items())
    click.echo(f"Expected matches behind each comparison: {seen}.")


@model_command.command(name="train")
def train_command() -> None:
    """Train a model on today's evidence and show what it would change. Changes nothing itself.

    Example: insight model train
    """
    settings = load_settings()
    hold(settings.home, settings.temporary)
    evidence = [_evidence(settings)]
    decisions = [path for path in [feed_path(settings, "linkage_decision")] if path.exists()]
    frozen = retrain(evidence, settings, _say)
    click.echo(f"Trained {frozen.name}; threshold {frozen.model.join:.2f} bits.")
    if settings.identity.exists():
        click.echo(_effect(effect_of(frozen, (evidence, decisions), settings, _say)))
    if frozen.model.is_provisional:
        click.echo("It is provisional, trained on too little to be kept: there is no adopting it.")
    else:
        click.echo(f"To use it: insight model adopt {frozen.name} --reason '…' --by '…'")


@model_command.command(name="adopt")
@click.argument("name")
@click.option("--reason", required=True, callback=_words, help="Why; kept with the model.")
@click.option("--by", "adopted_by", required=True, callback=_words, help="Who decides.")
def adopt_command(name: str, reason: str, adopted_by: str) -> None:
    """Use this model from the next night on; everyone is linked again under it.

    Example: insight model adopt 2025-06-30-0123456789ab --reason 'housing joined' --by 'A. Reader'
    """
    settings = load_settings()
    hold(settings.home, settings.temporary)
    is_provisional = files.load(settings.models, name).model.is_provisional
    # Where none is in use any more, one that gives way to the next is a way out.
    if is_provisional and files.active(settings.models) is not None:
        raise InsightError([_provisional(name)])
    files.adopt(settings.models, Adoption(model=name, adopted_by=adopted_by, reason=reason))
    click.echo(f"{name} is used from the next night on.")


def _effect(effect: Effect) -> str:
    return (
        f"Against the people of last night: {effect.moved:,} of {effect.records:,} records would "
        f"keep other company; {effect.people_before:,} people would be {effect.people_after:,}."
    )


def _say(line: str) -> None:
    click.echo(line, err=True)


def _evidence(settings: Settings) -> Path:
    path = feed_path(settings, "person_evidence")
    if not path.exists():
        raise InsightError([_no_evidence()])
    return path


def _provisional(name: str) -> Fault:
    return Fault(
        where=f"linkage model {name}",
        expected="a model trained on enough records to be kept",
        found="a provisional one, which the next night would replace whatever was decided",
        consequence="nothing was changed",
        next_step="train one when there is more evidence: `insight model train`",
    )


def _no_evidence() -> Fault:
    return Fault(
        where="insight model train",
        expected="evidence about people from a night before",
        found="none",
        consequence="no model was trained",
        next_step="run `insight nightly` first",
    )
