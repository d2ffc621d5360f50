"""A receipt: proof that certain bytes arrived under a certain declaration.

Belongs here: the receipt and its identity. Does not belong here: reading or judging the bytes.
"""

from __future__ import annotations

from pathlib import Path

from insight_pipeline.kernel.atomic import replacing_file
from insight_pipeline.kernel.fingerprint import fingerprint
from insight_pipeline.kernel.strict import StrictModel, load_json
from insight_pipeline.landing.manifest import Manifest


class Receipt(StrictModel):
    """One delivery. The same bytes under the same declaration are the same receipt.

    Sent twice, the earlier `submitted_at` stands, so that a repeat never outranks what came
    between and the order in which the copies arrive does not matter. `drops` holds a mark of each
    drop: the same drop seen again has the same mark, a repeat has another.
    """

    delivery_id: str
    sha256: str
    size_bytes: int
    encoding: str
    manifest: Manifest
    drops: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        return self.manifest.stem

    @property
    def rank(self) -> tuple[str, ...]:
        """Sorts deliveries by declared submission, ties by identity, then by all they declare."""
        declared = self.manifest.model_dump_json()
        return self.manifest.submitted_at.isoformat(), self.delivery_id, declared


def make_receipt(
    manifest: Manifest, sha256: str, size_bytes: int, encoding: str, drop: str = ""
) -> Receipt:
    """The receipt of `size_bytes` bytes with hash `sha256` declared as `manifest`.

    `drop`: mark of the drop it came in.
    """
    delivery_id = fingerprint(
        sha256,
        manifest.stem,
        manifest.contract_version,
        manifest.period_from.isoformat(),
        manifest.period_to.isoformat(),
    )[:16]
    return Receipt(
        delivery_id=delivery_id,
        sha256=sha256,
        size_bytes=size_bytes,
        encoding=encoding,
        manifest=manifest,
        drops=(drop,) if drop else (),
    )


def receipt_path(landing: Path, receipt: Receipt) -> Path:
    return landing / "receipts" / receipt.stem / f"{receipt.delivery_id}.json"


def write_receipt(landing: Path, receipt: Receipt) -> None:
    """Store the receipt; with an existing one: the earlier submission, and the drops of both."""
    path = receipt_path(landing, receipt)
    known = load_json(path, Receipt) if path.exists() else None
    kept = _united(known, receipt) if known else receipt
    if kept == known:
        return
    with replacing_file(path) as work:
        work.write_text(kept.model_dump_json(indent=2), encoding="utf-8")


def _united(one: Receipt, other: Receipt) -> Receipt:
    earlier = min(one, other, key=lambda receipt: receipt.rank)
    drops = tuple(sorted({*one.drops, *other.drops}))
    return earlier.model_copy(update={"drops": drops})


def read_receipts(landing: Path, stem: str) -> tuple[Receipt, ...]:
    """Every receipt of one dataset, by declared submission."""
    folder = landing / "receipts" / stem
    return tuple(
        sorted((load_json(p, Receipt) for p in folder.glob("*.json")), key=lambda r: r.rank)
    )


def received_stems(landing: Path) -> tuple[str, ...]:
    """Every dataset anything was ever received for, whether or not a contract knows it."""
    return tuple(sorted(path.name for path in (landing / "receipts").glob("*") if path.is_dir()))
