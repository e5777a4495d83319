"""The codes of the warehouse in plain words. A code that is not listed is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping

STATUS: Mapping[str, str] = {
    "managed": "managed",
    "previously_managed": "previously managed",
    "considered": "considered",
    "never_considered": "never considered",
}
ROLE: Mapping[str, str] = {
    "suspect": "suspected, not convicted",
    "charged": "charged, not convicted",
    "cautioned": "cautioned",
    "convicted": "convicted",
    "eliminated": "eliminated from the inquiry",
}
COHORT: Mapping[str, str] = {
    "ppo": "prolific and priority (PPO)",
    "hcco": "high-crime-causing offender (HCCO)",
    "iom": "integrated offender management (IOM)",
    "iom_fixed": "IOM fixed",
    "iom_flex": "IOM flex",
    "iom_free": "IOM free",
    "visor": "ViSOR",
    "hhpu": "high harm unit (HHPU)",
    "da": "domestic abuse",
    "pdp": "potentially dangerous person",
    "violent_mappa": "violent, MAPPA",
    "cse": "child sexual exploitation",
    "ocg": "organised crime group",
    "youth": "youth",
    "female": "female",
}
OUTCOME: Mapping[str, str] = {
    "1": "charged or summonsed",
    "2": "youth caution",
    "3": "adult caution",
    "4": "taken into consideration",
    "5": "offender died",
    "6": "penalty notice",
    "7": "cannabis or khat warning",
    "8": "community resolution",
    "9": "no prosecution: not in the public interest (CPS)",
    "10": "no action: not in the public interest (police)",
    "11": "no prosecution: suspect under age",
    "12": "no prosecution: suspect too ill",
    "13": "no prosecution: victim or witness dead or too ill",
    "14": "no suspect identified, victim does not support action",
    "15": "evidential difficulties, victim supports action",
    "16": "evidential difficulties, victim does not support action",
    "17": "time limit expired",
    "18": "no suspect identified",
    "19": "fraud bureau record only",
    "20": "action by another agency",
    "21": "no further investigation: not in the public interest",
    "22": "diversion, education or intervention",
}
MOVEMENT: Mapping[str, str] = {
    "parameters": "the algorithm's parameters changed",
    "identity": "records were merged or corrected",
    "offence_cancelled": "an offence was cancelled or transferred",
    "new_offence": "a new offence was recorded",
    "new_sanction": "a new conviction or caution was recorded",
    "ageing": "age, and time since the last offence",
    "others_moved": "others moved past",
}
URGENT: Mapping[str, str] = {
    "new_in_top_30": "new in the top 30",
    "new_in_top_30_and_high_harm": "new in the top 30, and a high-harm offence recorded in the last 14 days",
    "new_high_harm_offence": "high-harm offence recorded in the last 14 days",
}
MEETING: Mapping[str, str] = {
    "top_n": "high on the list and not managed",
    "referral": "referral waiting",
    "top_n_and_referral": "high on the list and not managed; referral waiting",
}
BASIS: Mapping[str, str] = {
    "published": "published value of the harm index",
    "guideline": "sentencing guideline, starting point named",
    "placeholder": "placeholder until the force loads the index",
    "gap": "no value: counts as 0",
}
FIELD: Mapping[str, str] = {
    "harm_days": "harm days",
    "ogrs3_group": "OGRS3 offence group",
    "unit_cost_gbp": "unit cost",
}
SOURCE: Mapping[str, str] = {
    "police_records": "police records",
    "visor_summary": "ViSOR",
    "idiom": "IDIOM",
}
LINK: Mapping[str, str] = {
    "nominal_id": "by nominal id",
    "pnc_id": "by PNC id",
    "model": "by the linkage model",
    "unlinked": "not linked",
}
GAP: Mapping[str, str] = {
    "unknown_age": "date of birth missing",
    "under_age": "under 18",
    "deceased": "deceased",
    "other": "another reason",
}
CHECK_KIND: Mapping[str, str] = {
    "dbt": "dbt test",
    "gx": "Great Expectations",
    "reconciliation": "reconciliation",
    "delivery": "delivery",
    "release": "release",
    "gate": "the gate itself",
}
CHECK_STATUS: Mapping[str, str] = {
    "error": "broke down",
    "fail": "failed",
    "missing": "did not run",
    "warn": "warning",
    "pass": "passed",
    "waived": "waived",
}
CHECK_ORDER = ("error", "fail", "missing", "warn", "waived", "pass")
SEX: Mapping[str, str] = {"M": "male", "F": "female", "U": "not known"}


def say(words: Mapping[str, str], code: str | None, missing: str) -> str:
    """Return the words for a code, else the code itself, or what to say when it is missing."""
    if code is None or not code.strip():
        return missing
    return words.get(code, code)


def say_sources(source: str) -> str:
    """Return the name of a source system."""
    return SOURCE.get(source, source)
