"""``python -m include.spark BUILD_ID [MODEL ...]``: build on Spark what has been planned; the settings say where."""

from __future__ import annotations

import sys

from include.errors import HhwError
from include.settings import Settings
from include.spark.build import build_on_spark
from include.warehouse.plan import RunPlan


def main() -> None:
    """Build, or end with a sentence that says why not."""
    given = Settings()
    # dbt works in the folder of the build: what was named from here must be found from there.
    settings = given.model_copy(
        update={"data_dir": given.data_dir.resolve(), "seeds_dir": given.seeds_dir.resolve()}
    )
    build_id, *select = sys.argv[1:]
    try:
        build_on_spark(settings, RunPlan.load(settings, build_id), select)
    except HhwError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
