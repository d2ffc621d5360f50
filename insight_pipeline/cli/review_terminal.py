"""`insight review --terminal`: one question at a time, a keystroke for a verdict.

Belongs here: what stands on the terminal and which key does what. Does not belong here: questions
or verdicts (linkage/review). What records say is shown here and nowhere else on the command line.
"""

from __future__ import annotations

import sys

import click

from insight_pipeline.cli.table import text_table
from insight_pipeline.kernel.errors import Fault, InsightError
from insight_pipeline.linkage.review.desk import Desk
from insight_pipeline.linkage.review.layout import Layout
from insight_pipeline.linkage.review.queue import Item
from insight_pipeline.linkage.review.records import Words
from insight_pipeline.linkage.review.refusal import Refused

KEYS = {"s": "same", "d": "different", "u": "unsure"}
PROMPT = "[s]ame  [d]ifferent  [u]nsure  [n]ext  [w]rite decisions  [q]uit "


def refuse_without_terminal() -> None:
    """Keystrokes come from a terminal; a pipe has none to give."""
    if not has_terminal():
        raise InsightError([_no_terminal()])


def has_terminal() -> bool:
    """Whether somebody sits at the other end of the input."""
    return sys.stdin.isatty()


def judge_in_terminal(desk: Desk) -> None:
    """Ask the questions left, in order, until there are none or the reviewer stops."""
    for item in desk.left():
        click.echo(_told(desk.lay_out(item), desk.workspace.join))
        key = _key()
        while key == "w":
            _write(desk)
            key = _key()
        if key == "q":
            break
        if key in KEYS:
            _judge(desk, item, KEYS[key])
    else:
        click.echo("Nothing is left for you to judge.")
    waiting = len(desk.waiting())
    if waiting and click.confirm(f"{waiting} verdicts wait. Write them for the next night?"):
        _write(desk)


def _key() -> str:
    click.echo(PROMPT, nl=False)
    while (key := click.getchar().lower()) not in {*KEYS, "n", "w", "q"}:
        pass
    click.echo(key)
    return key


def _judge(desk: Desk, item: Item, verdict: str) -> None:
    """Ask for the reason until the verdict can be kept."""
    reasons = desk.reviewer.reasons
    click.echo("\n".join(f"{n:>3} {label}" for n, (_, label) in enumerate(reasons, start=1)))
    while True:
        number = click.prompt("Reason", type=click.IntRange(1, len(reasons)))
        words = click.prompt("In your own words")
        try:
            desk.judge(item, verdict, reasons[number - 1][0], words)
        except Refused as refused:
            click.echo("\n".join(refused.words))
            continue
        click.echo("Kept.\n")
        return


def _write(desk: Desk) -> None:
    written = desk.write()
    count = written[1] if written else 0
    click.echo(f"{count} decisions written; the next night takes them in.")


def _told(layout: Layout, join: float) -> str:
    item = layout.item
    lines = [
        (line.label, _words(line.left), _words(line.right), line.state) for line in layout.lines
    ]
    told = [
        f"Question {item.place}: {len(item.records_l)} against {len(item.records_r)} records",
        text_table(("", "left", "right", "compared"), [("Record", *item.pair, ""), *lines]),
    ]
    if layout.explanation is not None:
        steps = [(s.name.replace("_", " "), s.label, f"{s.bits:+.1f}") for s in
                 layout.explanation.steps]  # fmt: skip
        total = ("match weight", f"threshold {join:+.1f}", f"{layout.explanation.weight:+.1f}")
        told.append(text_table(("comparison", "found", "bits"), [*steps, total]))
        told += [f"Held apart by a rule: {layout.explanation.veto}"] * bool(layout.explanation.veto)
        told += [f"{who} said: {verdict}" for who, verdict in layout.others]
    return "\n".join([*told, ""])


def _words(values: tuple[Words, ...]) -> str:
    return "; ".join(" ".join(word for word, _ in value) for value in values)


def _no_terminal() -> Fault:
    return Fault(
        where="--terminal",
        expected="a terminal to type in",
        found="input from elsewhere, such as a pipe",
        consequence="nothing was judged",
        next_step="run it in a terminal, or leave --terminal out for the page",
    )
