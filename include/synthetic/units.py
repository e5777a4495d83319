"""What the units report about themselves: caseload censuses, costs, and IDIOM's printed performance table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from include.synthetic import names
from include.synthetic.chunk import Chunk, Frame
from include.synthetic.draws import NULL, YEAR, Floats, Ints, counts, dates, identifiers, words
from include.synthetic.management import Caseload
from include.synthetic.offence_codes import COST_GBP
from include.synthetic.registers import Registrations
from include.synthetic.staff import Staff, manager_ids, merged_day
from include.synthetic.tables import Entity

PERIODS = 12
_SCOPES = ["all_managed", "currently_managed"]
_FIELDS = 8  # people, male, female, offences before, during, days during, cost before, cost during
MISPRINTED_PERIOD = 8


def month_ends(last: int, number: int) -> Ints:
    """Return the last ``number`` month ends on or before a day."""
    month = np.datetime64(int(last) + 1, "D").astype("datetime64[M]")
    ends = (month - np.arange(number)).astype("datetime64[D]").astype(np.int64) - 1
    return np.sort(ends)


def caseload_history(
    chunk: Chunk, load: Caseload, staff: Staff, listed: Registrations, since: tuple[Ints, Ints]
) -> Entity:
    """Quarterly censuses of people and high risk per offender manager; teams apart until the merger."""
    frame, merged = chunk.frame, merged_day(chunk.frame)
    person = np.concatenate([load.person, listed.person])
    begin = np.concatenate([load.adopted, np.where(listed.start == NULL, 0, listed.start)])
    end = np.concatenate([load.end, listed.end])
    high = np.concatenate([load.level, listed.arms]) >= 2
    sides = (np.concatenate([load.before, since[0]]), np.concatenate([load.since, since[1]]))
    census_days = month_ends(frame.end, 91)[::3]
    rows: list[tuple[Ints, Ints, Ints, Ints]] = []
    for day in census_days[census_days > frame.start]:
        manager = sides[int(day >= merged)]
        at_work = np.flatnonzero((staff.role == 0) & (staff.start <= day) & (staff.end > day))
        open_now = np.flatnonzero((begin <= day) & (end > day))
        pairs, first = np.unique(manager[open_now] * 10_000_000 + person[open_now], return_index=True)
        managed = np.bincount(pairs // 10_000_000, minlength=len(staff.role))
        risky = np.bincount(pairs // 10_000_000, high[open_now][first], len(staff.role)).astype(np.int64)
        rows.append((at_work, np.full(len(at_work), day), managed[at_work], risky[at_work]))
    worker, census, managed, risky = (np.concatenate([row[column] for row in rows]) for column in range(4))
    early = census < frame.start + 500
    return Entity(
        name="caseload_history",
        keys="manager_id census_date",
        columns="manager_id census_date offenders_managed high_risk_managed",
        fixed={
            "manager_id": manager_ids(frame, len(staff.role)).take(pa.array(worker)),
            "census_date": dates(census),
            "offenders_managed": counts(managed),
            "high_risk_managed": counts(np.where(early, NULL, risky)),
        },
        changing={},
        first_day=census,
    )


def unit_costs(frame: Frame, managers: list[int]) -> Entity:
    """Set-up and running costs; salaries in proportion to the managers of the whole force."""
    rows = [row for scheme, number in enumerate(managers) for row in _costs(frame, scheme, number)]
    amount = [f"{pence // 100}.{pence % 100:02d}" for *_, pence in rows]
    scheme, day, kind = (np.array([row[column] for row in rows], dtype=np.int64) for column in range(3))
    return Entity(
        name="unit_costs",
        keys="cost_id",
        columns="cost_id scheme cost_date cost_type category amount_gbp",
        fixed={
            "cost_id": identifiers("UC", np.arange(len(rows)) + 1, 5),
            "scheme": words(names.SCHEMES, scheme),
            "cost_date": dates(day),
            "cost_type": words(["setup", "running"], kind),
            "category": pa.array([row[3] for row in rows]),
            "amount_gbp": pa.array(amount),
        },
        changing={},
        first_day=day,
    )


def _costs(frame: Frame, scheme: int, number: int) -> list[tuple[int, int, int, str, int]]:
    """Return scheme, day, set-up (0) or running (1), category and pence of every cost of a unit."""
    merged = merged_day(frame)
    setup = {
        "training": 47_125 * number,
        "equipment": 118_000 * number,
        "project": 2_640_000,
        "system": 1_150_000,
    }
    monthly = {
        "managers": 351_667 * number,
        "supervision": 611_942 + 432_500,
        "coordination": 236_100,
        "vehicles": 31_250 * number,
        "licences": 12_480 * number,
    }
    rows = [(scheme, merged - 60 + 25 * place, 0, *item) for place, item in enumerate(setup.items())]
    months = [int(day) for day in month_ends(frame.end, 96) if day > merged]
    return rows + [(scheme, day, 1, *item) for day in months for item in monthly.items()]


def performance_sums(chunk: Chunk, load: Caseload) -> Floats:
    """Return sums by period, scope and field over the people of a chunk, to be added up over chunks."""
    people, found = chunk.people.size, chunk.found
    first = np.full(people, np.iinfo(np.int64).max)
    np.minimum.at(first, load.person, load.adopted)
    link = np.flatnonzero(chunk.actual.link_happens & (first[found.link_person] < np.iinfo(np.int64).max))
    owner, day, known = found.link_person[link], chunk.cases.link_day[link], chunk.cases.link_known[link]
    cost = COST_GBP[found.offence_code[found.link_offence[link]]].astype(np.float64)
    sex = chunk.nominals.sex[chunk.nominals.primary]
    result = np.zeros((PERIODS, len(_SCOPES), _FIELDS))
    for period, stop in enumerate(month_ends(chunk.frame.end, PERIODS)):
        current = np.zeros(people, dtype=np.bool_)
        current[load.person[(load.adopted <= stop) & (load.end > stop)]] = True
        for scope, chosen in enumerate((first <= stop, current & (first <= stop))):
            counted = chosen[owner] & (known <= stop)
            before = counted & (day >= first[owner] - 365) & (day < first[owner])
            during = counted & (day >= first[owner]) & (day <= stop)
            result[period, scope] = [
                chosen.sum(),
                (chosen & (sex == 0)).sum(),
                (chosen & (sex == 1)).sum(),
                before.sum(),
                during.sum(),
                (stop - first[chosen] + 1).sum(),
                cost[before].sum(),
                cost[during].sum(),
            ]
    return result


def performance_summary(frame: Frame, sums: Floats) -> Entity:
    """IDIOM's printed table; in one period the cost difference of one scope is printed in the other's cell."""
    rows: list[list[str]] = []
    stops = month_ends(frame.end, PERIODS)
    for period in range(PERIODS):
        both = [_printed(*map(float, sums[period, scope])) for scope in range(2)]
        if period == MISPRINTED_PERIOD:
            both[1][9] = both[0][9]
        rows += both
    fields = [
        "total",
        "male",
        "female",
        "offences_pre",
        "offences_during",
        "offences_difference",
        "offences_difference_pct",
        "cost_pre",
        "cost_during",
        "cost_difference",
        "cost_difference_pct",
    ]
    day = np.repeat(stops, 2)
    return Entity(
        name="performance_summary",
        keys="period_end scope",
        columns=f"period_end scope {' '.join(fields)}",
        fixed={
            "period_end": dates(day),
            "scope": pa.array(_SCOPES * PERIODS),
            **{name: pa.array([row[place] for row in rows]) for place, name in enumerate(fields)},
        },
        changing={},
        first_day=day + 2,
    )


def _printed(
    people: float,
    male: float,
    female: float,
    before: float,
    during: float,
    days: float,
    cost_before: float,
    cost_during: float,
) -> list[str]:
    """One printed row: projected annual figures by naive rates, whole numbers, percentages to one place."""
    yearly_before = YEAR / 365.0
    yearly_during = YEAR * people / days if days else 0.0
    values = [f"{people:.0f}", f"{male:.0f}", f"{female:.0f}"]
    for first, second in ((before, during), (cost_before, cost_during)):
        old, new = round(first * yearly_before), round(second * yearly_during)
        values += [str(old), str(new), str(new - old), f"{100 * (new - old) / old if old else 0.0:.1f}"]
    return values
