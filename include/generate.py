"""The synthetic force of a data directory: generated once per size and seed, and found again after that."""

from __future__ import annotations

from pathlib import Path

from include.files import private_dir
from include.progress import say
from include.publication.release import remove_tree
from include.settings import Settings

SEED = 20_260_920


def generated_force(settings: Settings, nominals: int, seed: int = SEED) -> Path:
    """Return the landing folder of a synthetic force of this size, making it if it is not there.

    It is made beside its place and moved in one rename, so a force that is there is whole.
    """
    from include.synthetic import generate_force

    folder = settings.data_dir / "synthetic" / f"force-{nominals}-{seed}"
    if not (folder / "landing").is_dir():
        say(f"generating a synthetic force of {nominals:,} nominals ...")
        part = private_dir(folder.parent) / f".{folder.name}.part"
        remove_tree(part)
        generate_force(private_dir(part), nominals=nominals, seed=seed, progress=say)
        part.rename(folder)
    return folder / "landing"
