"""The police-recorded-crime classes that the synthetic force uses, and who commits what.

Codes and titles follow the Home Office counting rules classes as published by ONS (recorded crime
open data tables). ``harm_days`` is only the generator's own sense of gravity (Cambridge Crime Harm
Index, 2026 edition: subgroup medians and the few values that are sound); the warehouse has its own
seed and never reads these. ``cost_gbp`` likewise (Home Office Research Report 99, 2015/16 prices).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from include.synthetic.draws import Bools, Floats, Ints


@dataclass(frozen=True)
class OffenceCode:
    """One class: gravity, average cost, and what kind of victim it has."""

    code: str
    title: str
    harm_days: float
    cost_gbp: int
    kind: str  # person, sexual, child, property, none


_TABLE = """
1|Murder|5475|3217740|person
2|Attempted murder|365|14050|person
3B|Threats to kill|10|5930|person
5D|Assault with intent to cause serious harm|365|14050|person
5E|Endangering life|365|14050|person
8L|Harassment|10|5930|person
8N|Assault with injury|10|14050|person
8P|Racially or religiously aggravated assault with injury|365|14050|person
8Q|Stalking|10|5930|person
8R|Malicious communications|10|5930|person
8S|Assault with injury on a constable|365|14050|person
9A|Public fear, alarm or distress|7.5|0|none
9B|Racially or religiously aggravated public fear, alarm or distress|7.5|0|none
10B|Possession of firearms offences|273.75|0|none
10C|Possession of other weapons|273.75|0|none
10D|Possession of article with blade or point|273.75|0|none
11A|Cruelty to children or young persons|10|5930|child
17A|Sexual assault on a male aged 13 and over|182.25|6520|sexual
19C|Rape of a female aged 16 and over|1825|39360|sexual
19D|Rape of a female child under 16|2555|39360|child
19E|Rape of a female child under 13|2555|39360|child
19F|Rape of a male aged 16 and over|1825|39360|sexual
20A|Sexual assault on a female aged 13 and over|182.25|6520|sexual
20B|Sexual assault on a female child under 13|182.25|6520|child
22A|Causing sexual activity without consent|182.25|6520|sexual
22B|Sexual activity involving child under 16|182.25|6520|child
28A|Burglary in a dwelling|273.5|5930|property
28E|Burglary residential|273.5|5930|property
28F|Attempted burglary residential|273.5|5930|property
29A|Aggravated burglary residential|273.5|5930|person
30A|Burglary in a building other than a dwelling|183.5|15460|none
30C|Burglary business and community|2|15460|none
33|Going equipped for stealing, etc.|10|0|none
34A|Robbery of business property|365|15000|person
34B|Robbery of personal property|365|11320|person
36|Kidnapping|10|5930|person
37.2|Aggravated vehicle taking|5|10290|property
38|Profiting from or concealing proceeds of crime|10|0|none
39|Theft from the person|2|1380|property
40|Theft in a dwelling|2|0|property
44|Theft or unauthorised taking of a pedal cycle|2|0|property
45|Theft from vehicle|5|870|property
46|Shoplifting|1|980|none
48|Theft or unauthorised taking of motor vehicle|5|10290|property
49|Other theft|2|0|property
49A|Making off without payment|2|0|none
54|Handling stolen goods|10|0|none
56A|Arson endangering life|365|8420|property
56B|Arson not endangering life|5|8420|property
58A|Criminal damage to a dwelling|2|1350|property
58C|Criminal damage to a vehicle|2|1350|property
58D|Other criminal damage|2|1350|property
58J|Racially or religiously aggravated criminal damage|2|1350|property
62A|Violent disorder|7.5|0|none
66|Other offences against the State or public order|7.5|0|none
71|Abuse of children through sexual exploitation|182.25|6520|child
79|Perverting the course of justice|10|0|none
83|Bail offences|10|0|none
86|Obscene publications, etc.|10|0|none
88A|Sexual grooming|182.25|6520|child
88E|Exposure and voyeurism|182.25|6520|sexual
92A|Trafficking in controlled drugs|5|0|none
92D|Possession of controlled drugs (excluding cannabis)|3|0|none
92E|Possession of controlled drugs (cannabis)|3|0|none
104|Assault without injury on a constable|10|5930|person
105A|Assault without injury|1|5930|person
105B|Racially or religiously aggravated assault without injury|10|5930|person
106|Modern slavery|10|5930|person
126|Interfering with a motor vehicle|5|0|property
802|Dangerous driving|10|0|none
8Z|Unclassified violence (local code)|0|0|person
28J|Unclassified burglary (local code)|0|0|property
999|Unclassified (local code)|0|0|none
"""

CODES = [
    OffenceCode(code, title, float(harm), int(cost), kind)
    for code, title, harm, cost, kind in (line.split("|") for line in _TABLE.strip().splitlines())
]
NUMBER = {item.code: number for number, item in enumerate(CODES)}
UNKNOWN_CODES = [NUMBER["8Z"], NUMBER["28J"], NUMBER["999"]]
HARM_DAYS: Floats = np.array([item.harm_days for item in CODES])
COST_GBP: Ints = np.array([item.cost_gbp for item in CODES], dtype=np.int64)
_KINDS = np.array([item.kind for item in CODES])
IS_SEXUAL: Bools = np.isin(_KINDS, ["sexual"]) | np.isin(
    [item.code for item in CODES], ["19D", "19E", "20B", "22B", "71", "88A", "86"]
)
IS_CHILD: Bools = _KINDS == "child"
IS_PERSON: Bools = np.isin(_KINDS, ["person", "sexual", "child"])
HAS_VICTIM: Bools = _KINDS != "none"
IS_HATE: Bools = np.isin([item.code for item in CODES], ["8P", "9B", "58J", "105B"])
CAN_BE_DOMESTIC: Bools = (IS_PERSON & ~IS_CHILD) | np.isin(
    [item.code for item in CODES], ["9A", "58A", "58C", "58D", "56A", "66"]
)
IS_GRAVE: Bools = HARM_DAYS >= 180.0

PERSON_TYPES = ["acquisitive", "violent", "domestic", "sexual", "drugs", "mixed"]

_ORDINARY = {
    "acquisitive": "46:34 49:10 45:10 30C:9 28E:2.2 28F:0.6 48:5 126:4 39:4 44:5 54:3 33:2 92D:3 92E:3 83:2 58D:4"
    " 105A:3 9A:3 40:2 49A:1 37.2:1 58C:2",
    "violent": "8N:26 105A:24 9A:17 58D:8 58C:4 10D:1.2 3B:4 92E:5 105B:1.5 9B:2.5 104:3 8L:3 46:2 62A:0.7",
    "domestic": "105A:30 8N:22 8L:17 8Q:5 8R:7 58A:6 58D:5 9A:5 3B:3 83:1 66:8 46:1",
    "sexual": "20A:4 88E:5 86:12 22B:1.5 88A:2 8L:10 105A:10 8R:8 17A:0.5 66:18 46:4 9A:6 8N:4",
    "drugs": "92E:32 92D:18 92A:16 105A:5 9A:6 10D:1.2 10C:0.4 46:6 48:3 38:2 802:3 54:2 8N:3 83:2",
    "mixed": "46:16 105A:14 8N:10 9A:10 58D:7 58C:3 92E:7 92D:3 45:4 30C:4 28E:0.8 48:4 49:5 39:2 8L:4 83:2 104:1.5"
    " 92A:2 126:2 44:2 10D:0.7 802:1 56B:0.5 9B:1",
}
_GRAVE = {
    "acquisitive": "28E:58 34B:22 34A:8 29A:1 10D:6 28F:12",
    "violent": "5D:24 34B:24 10D:28 10C:10 10B:5 5E:4 2:0.4 36:3 8S:8 8P:4 1:0.1 56A:2",
    "domestic": "19C:4 5D:26 20A:14 10D:20 36:6 56A:3 22A:4 8S:10 1:0.1 10C:8",
    "sexual": "20A:34 19C:7 19D:3 19E:1 20B:9 22B:16 88A:14 22A:5 71:3 17A:4 19F:0.5",
    "drugs": "10D:34 10B:8 34B:24 5D:8 10C:12 28E:8 106:3 36:3 1:0.1",
    "mixed": "34B:24 10D:24 28E:24 5D:9 10C:8 34A:4 8S:6 20A:2 19C:0.5 56A:2",
}


def _edges(mixes: dict[str, str]) -> list[tuple[Ints, Floats]]:
    result = []
    for name in PERSON_TYPES:
        parts = [part.split(":") for part in mixes[name].split()]
        weights = np.cumsum([float(weight) for _, weight in parts])
        result.append((np.array([NUMBER[code] for code, _ in parts], dtype=np.int64), weights / weights[-1]))
    return result


_EDGES = (_edges(_ORDINARY), _edges(_GRAVE))


def draw_codes(rng: np.random.Generator, person_type: Ints, grave: Bools) -> Ints:
    """Draw an offence class for each offence from its person type's ordinary or grave mix."""
    uniform = rng.random(len(person_type))
    result = np.zeros(len(person_type), dtype=np.int64)
    for severity, edges in enumerate(_EDGES):
        for kind, (numbers, cumulative) in enumerate(edges):
            rows = np.flatnonzero((person_type == kind) & (grave == bool(severity)))
            position = np.searchsorted(cumulative, uniform[rows], side="right")
            result[rows] = numbers[np.minimum(position, len(numbers) - 1)]
    odd = rng.random(len(person_type)) < 0.0012
    result[odd] = np.array(UNKNOWN_CODES)[rng.integers(0, len(UNKNOWN_CODES), int(odd.sum()))]
    return result
