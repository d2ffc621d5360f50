"""A model says of itself all that a night needs."""

from __future__ import annotations

from dataclasses import replace

from insight_pipeline.linkage.model.model import Finding, Model, PrecisionPoint

MODEL = Model(
    prior_match=1e-4,
    prior_relative=2e-4,
    prior_namesake=3e-6,
    match={"sex": [0.9, 0.1]},
    relative={"sex": [0.5, 0.5]},
    namesake={"sex": [0.9, 0.1]},
    stranger={"sex": [0.5, 0.5]},
    evidence_pairs={"sex": 120.0},
    definition="what is compared",
    kin_share=2.0,
    join=-0.75,
    precision=(PrecisionPoint(-1, 20, 10, 0.3), PrecisionPoint(0, 30, 10, 0.6)),
    block_limits={"phone": 40},
    rarest={"given": 0.001},
    issuers={"nino": {"pairs": 10, "slips": 0, "contradictions": 1}},
    findings=(Finding("sex", "same", "half of strangers agree", "it weighs little"),),
)


def test_a_model_comes_back_from_its_text_as_it_went() -> None:
    assert Model.from_json(MODEL.to_json()) == MODEL


def test_whatever_changes_a_model_changes_its_fingerprint() -> None:
    others = [
        replace(MODEL, join=0.0),
        replace(MODEL, namesake={"sex": [0.8, 0.2]}),
        replace(MODEL, precision=()),
        replace(MODEL, findings=()),
        replace(MODEL, block_limits={"phone": 41}),
    ]
    assert len({MODEL.fingerprint, *(model.fingerprint for model in others)}) == 6
