"""The only reader of the environment; one frozen object that everything else is handed.

Belongs here: where things are and how much machine we may use. Does not belong here: any logic.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE_PARENT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Folders of one installation and the share of the machine it may use.

    `home` holds the stores (docs/operate.md); `project` holds data_contracts/ and dbt_like_sql/.
    """

    home: Path
    project: Path
    threads: int = 2
    memory_limit: str = "4GB"
    # Instead of the frequency in data_contracts/publication/release_policy.yaml; for trying out.
    release_frequency: str | None = None

    @property
    def inbox(self) -> Path:
        return self.home / "inbox"

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def accepted(self) -> Path:
        return self.home / "accepted"

    @property
    def quarantine(self) -> Path:
        return self.home / "quarantine"

    @property
    def outbox(self) -> Path:
        return self.home / "outbox"

    @property
    def staging(self) -> Path:
        return self.home / "staging"

    @property
    def identity(self) -> Path:
        return self.home / "identity.duckdb"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def preview(self) -> Path:
        return self.home / "preview"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def temporary(self) -> Path:
        return self.home / "tmp"

    @property
    def contracts(self) -> Path:
        return self.project / "data_contracts"

    @property
    def sql(self) -> Path:
        return self.project / "dbt_like_sql"

    def environment(self) -> dict[str, str]:
        """This process's environment with these settings in it, for a child process."""
        return {
            **os.environ,
            "INSIGHT_HOME": str(self.home),
            "INSIGHT_PROJECT": str(self.project),
            "INSIGHT_THREADS": str(self.threads),
            "INSIGHT_MEMORY_LIMIT": self.memory_limit,
            "INSIGHT_RELEASE_FREQUENCY": self.release_frequency or "",
        }


def _default_project() -> Path:
    here = Path.cwd()
    return here if (here / "data_contracts").is_dir() else PACKAGE_PARENT


def fault_at(environment: Mapping[str, str] | None = None) -> str | None:
    """FAULT_AT, a hook for tests only (cli/faults.py); None in every real installation."""
    env = os.environ if environment is None else environment
    return env.get("FAULT_AT") or None


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from INSIGHT_HOME, _PROJECT, _THREADS, _MEMORY_LIMIT and _RELEASE_FREQUENCY."""
    env = os.environ if environment is None else environment
    project = Path(env.get("INSIGHT_PROJECT") or _default_project()).resolve()
    return Settings(
        home=Path(env.get("INSIGHT_HOME") or project / "home").resolve(),
        project=project,
        threads=int(env.get("INSIGHT_THREADS") or os.cpu_count() or 2),
        memory_limit=env.get("INSIGHT_MEMORY_LIMIT") or "4GB",
        release_frequency=env.get("INSIGHT_RELEASE_FREQUENCY") or None,
    )
