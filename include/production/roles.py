"""The three roles of people who sign in to Airflow, as pairs of action and resource.

Nobody who starts runs also approves what they bring forth: operator and approver do not overlap beyond reading.
Accounts are kept by Airflow's own ``Admin``, who is needed for nothing else.
"""

from __future__ import annotations

import json

Permission = tuple[str, str]

_READ = (
    "DAGs",
    "DAG Dependencies",
    "DAG Code",
    "DAG Runs",
    "DAG Versions",
    "DAG Warnings",
    "Assets",
    "Asset Aliases",
    "Cluster Activity",
    "ImportError",
    "Jobs",
    "My Profile",
    "My Password",
    "Task Instances",
    "Task Logs",
    "XComs",
    "HITL Detail",
    "Website",
)
_MENUS = ("Browse", "DAGs", "DAG Runs", "Assets", "Cluster Activity", "Jobs", "Task Instances", "HITL Detail")
VIEWER: frozenset[Permission] = frozenset(
    {*(("can_read", one) for one in _READ), *(("menu_access", one) for one in _MENUS)}
    | {("can_edit", "My Password")}
)
# Start, stop and repeat runs, and switch DAGs on and off; delete nothing, configure nothing, approve nothing.
OPERATOR = VIEWER | {
    ("can_edit", "DAGs"),
    ("can_create", "DAG Runs"),
    ("can_edit", "DAG Runs"),
    ("can_create", "Task Instances"),
    ("can_edit", "Task Instances"),
    ("can_create", "Assets"),
}
APPROVER = VIEWER | {("can_edit", "HITL Detail")}
ROLES: dict[str, frozenset[Permission]] = {"viewer": VIEWER, "operator": OPERATOR, "approver": APPROVER}


def roles_for_airflow() -> str:
    """Return the roles in the form that Airflow's ``[fab] custom_roles`` takes."""
    return json.dumps(
        {
            role: [{"action": action, "resource": resource} for action, resource in sorted(permissions)]
            for role, permissions in ROLES.items()
        }
    )
