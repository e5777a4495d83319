"""Airflow's side of our tasks: how one fails, and the operator that asks a person. The DAG files only wire them.

Airflow puts the folder of plugins on the path of whatever reads DAG files or runs their tasks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk.exceptions import AirflowFailException


def alert_failure(context: Mapping[str, Any]) -> None:
    """Write an alert line; a task-level callback, since those of DAGs may never be called."""
    from include.alerts import raise_alert
    from include.settings import get_settings

    instance = context["ti"]
    raise_alert(
        get_settings(),
        "task_failed",
        f"{instance.dag_id}: task {instance.task_id} failed",
        dag_id=instance.dag_id,
        task_id=instance.task_id,
        dag_run=str(instance.run_id)[:250],
    )


@contextmanager
def failing_for_good() -> Iterator[None]:
    """Fail a task without retry where trying again cannot help; a lock that another run holds can wait."""
    from include.errors import HhwError, LockedError

    try:
        yield
    except LockedError:
        raise
    except HhwError as error:
        raise AirflowFailException(str(error)) from error


class PackApproval(ApprovalOperator):
    """Ask one of the named approvers whether the board pack may go to the board.

    Nobody's silence is an answer: there is no default. A rejection leaves the task green and skips what follows,
    so it is carried out here; an approval by the task that follows, which looks at the answer again.
    """

    template_fields = ("subject", "body", "drafted")

    def __init__(self, *, drafted: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.drafted = drafted

    def execute(self, context: Any) -> Any:
        """Put the question to those whom this installation names, for as long as it says."""
        from include.approval import approvers
        from include.settings import get_settings

        with failing_for_good():
            self.assigned_users = approvers()
        self.response_timeout = timedelta(days=get_settings().approval_days)
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Take the answer; a timeout raises."""
        from include.approval import carry_out

        # The answer alone, from the class above the next: there a rejection ends the task, by skipping what follows.
        answer = super(ApprovalOperator, self).execute_complete(context=context, event=event)
        if answer["chosen_options"] != [self.APPROVE]:
            with failing_for_good():
                carry_out(answer, self.drafted["pack"])
        return super().execute_complete(context, event)
