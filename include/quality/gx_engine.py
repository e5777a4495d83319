"""Great Expectations on a DuckDB that we opened ourselves.

Two things about GX 1.24 that this module alone knows. It lets a SQL connection go before it fetches,
unless the dialect is in ``_PERSISTED_CONNECTION_DIALECTS``: with DuckDB every expectation then raises
``list index out of range``. And importing it takes 6 to 8 seconds, so that is done once, when needed.
``tests/gate/test_gx_engine.py`` fails the day either changes.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from include.environment import quiet_environment
from include.warehouse.stores import cursor_of


class _Dialect(str):
    """A name that GX can treat as a member of its enum of dialects."""

    __slots__ = ()

    @property
    def value(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Finding:
    """What one expectation found.

    Attributes:
        success: As GX says; worth nothing if it raised.
        raised: Message of the exception, if there was one.
        rows: Rows that it looked at, where GX says.
        detail: The observed value or the count of rows against it.
    """

    success: bool
    raised: str
    rows: int | None
    detail: str


class GxEngine:
    """Validates expectations against relations of one DuckDB connection; a context manager.

    It must be left before that connection is closed, or SQLAlchemy rolls back on a closed one at exit.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        quiet_environment()
        import great_expectations as gx
        from duckdb_sqlalchemy import ConnectionWrapper

        _persist_duckdb_connections()
        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        self._gx = gx
        # GX makes a folder for documents that we never let it write: it goes with ours.
        self._folder = tempfile.TemporaryDirectory(prefix="hhw-gx-")
        with _temporary_files_in(self._folder.name):
            context: Any = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._source = context.data_sources.add_sql(
                "warehouse",
                connection_string="duckdb:///:memory:",
                kwargs={"creator": lambda: ConnectionWrapper(cursor_of(connection))},
            )

    def __enter__(self) -> GxEngine:
        return self

    def __exit__(self, *_: object) -> None:
        engine = self._source.get_execution_engine()
        engine.close()
        engine.engine.dispose()
        self._folder.cleanup()

    def validate(
        self,
        name: str,
        query: str,
        expectations: Sequence[Mapping[str, Any]],
        parameters: Mapping[str, Any],
    ) -> list[Finding]:
        """Validate expectations against the rows of a query.

        Args:
            name: Of the suite.
            query: The rows to look at.
            expectations: Native GX configurations, each with an ``id`` of its own in ``meta.check``.
            parameters: Values for ``{"$PARAMETER": ...}``.

        Returns:
            One finding per expectation, in their order; a suite that GX cut short raises.

        Raises:
            LookupError: GX has no result for one of them.
        """
        suite = self._gx.ExpectationSuite(name=name, expectations=[dict(one) for one in expectations])
        asset = self._source.add_query_asset(name=name, query=query)
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        with warnings.catch_warnings(), _configurations_made_once():
            warnings.simplefilter("ignore")
            outcome = batch.validate(
                suite,
                result_format={"result_format": "BASIC", "partial_unexpected_count": 0},
                expectation_parameters=dict(parameters),
            )
        results: list[Any] = list(outcome.results)
        by_check = {result.expectation_config.meta["check"]: result for result in results}
        return [_finding(by_check[one["meta"]["check"]]) for one in expectations]


@contextlib.contextmanager
def _configurations_made_once() -> Iterator[None]:
    """Let GX make the configuration of each expectation once: by itself it does so a hundred times per validation.

    What it finds is the same; a third of its time goes. Nothing changes an expectation while it is validated.
    """
    from great_expectations.expectations.expectation import Expectation

    kind: Any = Expectation
    made: dict[int, tuple[object, Any]] = {}  # with the expectation itself, so that no id is given out twice
    by_itself = kind.configuration

    def once(expectation: object) -> Any:
        if id(expectation) not in made:
            made[id(expectation)] = (expectation, by_itself.fget(expectation))
        return made[id(expectation)][1]

    kind.configuration = property(once)
    try:
        yield
    finally:
        kind.configuration = by_itself


@contextlib.contextmanager
def _temporary_files_in(folder: str) -> Iterator[None]:
    before, tempfile.tempdir = tempfile.tempdir, folder
    try:
        yield
    finally:
        tempfile.tempdir = before


def _persist_duckdb_connections() -> None:
    from great_expectations.execution_engine import sqlalchemy_execution_engine

    module: Any = sqlalchemy_execution_engine
    dialects = module._PERSISTED_CONNECTION_DIALECTS
    if "duckdb" not in dialects:
        module._PERSISTED_CONNECTION_DIALECTS = (*dialects, _Dialect("duckdb"))


def _finding(result: Any) -> Finding:
    values = dict(result.result or {})
    rows = values.get("element_count")
    return Finding(
        success=result.success is True,
        raised=_raised(result.exception_info),
        rows=int(rows) if rows is not None else None,
        detail=_detail(values),
    )


def _raised(info: Any) -> str:
    """Return the message of an exception; GX nests them by metric or does not, as it likes."""
    if not isinstance(info, Mapping):
        return ""
    if "raised_exception" in info:
        return str(info.get("exception_message") or "an exception") if info["raised_exception"] else ""
    messages = [_raised(one) for one in info.values()]
    return next((message for message in messages if message), "")


def _detail(values: Mapping[str, Any]) -> str:
    if values.get("unexpected_count"):
        return f"{values['unexpected_count']} of {values.get('element_count')} rows break the rule."
    observed = values.get("observed_value")
    # Lists of columns or quantiles are figures; a list of values could be people.
    return f"Observed: {observed}." if isinstance(observed, (int, float, str, dict)) else ""
