"""The codes of the warehouse in plain words. A code that is not listed is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping

STATUS: Mapping[str, str] = {
    "managed": "managed",
    "previously_managed": "previously managed",
    "considered": "considered",
    "never_considered": "never referred",
    "not_known": "not known",
}
ROLE: Mapping[str, str] = {
    "suspect": "suspected, not convicted",
    "charged": "charged, not convicted",
    "cautioned": "cautioned",
    "convicted": "convicted",
    "eliminated": "eliminated from the inquiry",
}
COHORT: Mapping[str, str] = {
    "all": "everybody managed",
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
NOT_TOLD_APART = "top_n, management not known"
MEETING: Mapping[str, str] = {
    "top_n": "high on the list and not managed",
    "referral": "referral waiting",
    "top_n_and_referral": "high on the list and not managed; referral waiting",
    NOT_TOLD_APART: "high on the list; who is managed is not known",
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
    "unit_decisions": "the unit's decisions",
}
LINK: Mapping[str, str] = {
    "nominal_id": "by nominal id",
    "pnc_id": "by PNC id",
    "model": "by the linkage model",
    "unlinked": "not linked",
}
IDENTITY_KIND: Mapping[str, str] = {
    "nominal": "nominal",
    "cohort_spell": "spell in IDIOM",
    "registration": "registration in ViSOR",
}
IDENTITY_METHOD: Mapping[str, str] = {
    "merged_into": "merged by the source",
    "nominal_id": "by nominal id",
    "pnc_id": "by PNC id",
    "model": "by the linkage model",
    "decision": "by a reviewer",
    "unlinked": "not linked",
}
IDENTITY_REASON: Mapping[str, str] = {
    "between_thresholds": "uncertain",
    "two_pnc_ids": "alike, with two PNC ids",
    "pnc_id_of_other_names": "of one PNC id and unlike names",
    "several_people": "alike to several people",
    "group_contradicts": "in a group that contradicts itself",
}
IDENTITY_DIFFERENCE: Mapping[str, str] = {
    "merged": "merged",
    "split": "split off",
    "moved": "moved to another person",
}
IDENTITY_CHANGE: Mapping[str, str] = {
    "enters": "would enter",
    "leaves": "would leave",
    "stays": "stays in it",
    "outside": "outside of it",
}
GAP: Mapping[str, str] = {
    "unknown_age": "date of birth missing",
    "under_age": "under 18",
    "deceased": "deceased",
    "other": "another reason",
}
SANCTION_BASIS: Mapping[str, str] = {
    "formal": "formal: sanctions of the PNC",
    "recorded": "recorded: offences as if each were a conviction",
}
SANCTION_GAP: Mapping[str, str] = {
    "unknown_age": "date of birth missing",
    "under_age": "under 10 on that day",
}
RECOMPUTED: Mapping[str, str] = {
    "parameters": "another version of the algorithm",
    "identity": "merged, corrected or erased since",
    "others_moved": "the same score; others moved",
    "source_changed": "the source says otherwise today",
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
METHOD: Mapping[str, str] = {
    "naive": "Before against during, as it stands",
    "exposure_adjusted": "The same, days in custody left out",
    "expected_without_management": "Against what was to be expected without management",
    "matched_difference": "Against matched people who were not managed",
}
METHOD_SHORT: Mapping[str, str] = {
    "naive": "before against during",
    "exposure_adjusted": "days in custody left out",
    "expected_without_management": "against expected",
    "matched_difference": "against matched",
}
WINDOW: Mapping[str, str] = {
    "6": "first 6 months",
    "12": "first 12 months",
    "24": "first 24 months",
    "whole": "whole time managed",
}
DECISION: Mapping[str, str] = {
    "adopt": "adopted",
    "not_adopt": "not adopted",
    "defer": "deferred",
    "deselect": "taken off the caseload",
    "retain": "kept on the caseload",
}
REASON: Mapping[str, str] = {
    "all": "all reasons",
    "meets_criteria": "meets the criteria",
    "rising_harm": "rising harm",
    "repeat_victims": "repeat victims",
    "release_from_custody": "release from custody",
    "managed_elsewhere": "managed elsewhere",
    "below_threshold": "below the threshold",
    "in_custody": "in custody",
    "no_capacity": "no capacity",
    "more_information": "more information wanted",
    "moved_away": "moved away",
    "reduced_risk": "reduced risk",
    "deceased": "died",
    "data_error": "error in the data",
    "other": "other",
}
AGENCY: Mapping[str, str] = {
    "algorithm": "the list itself",
    "asb": "antisocial behaviour team",
    "children_services": "children's services",
    "domestic_abuse_service": "domestic abuse service",
    "drug_alcohol": "drug and alcohol service",
    "health": "health",
    "marac": "MARAC",
    "neighbourhood": "neighbourhood police",
    "other": "other",
    "other_force": "another force",
    "probation": "probation",
    "safeguarding": "safeguarding",
}
PATHWAY: Mapping[str, str] = {
    "mappa": "MAPPA",
    "iom_meeting": "IOM meeting",
    "algorithm": "the ranked list",
    "referral": "referral by a unit or agency",
}
COVARIATE: Mapping[str, str] = {
    "score": "score",
    "offences_all_time": "offences, all time",
    "offences_365_days": "offences, year before",
    "is_female": "female",
    "age": "age",
    "weighted_harm_days": "weighted harm",
    "risk_probability": "risk of reoffending",
}
ATTRITION: Mapping[str, str] = {
    "registration_not_linked": "registration not linked to a person",
    "spell_not_linked": "spell not linked to a person",
    "registration_without_start": "registration without a start date",
    "adopted_before_first_run_date": "adopted before the first list",
    "not_ranked_before_adoption": "not ranked before adoption",
    "few_days_at_risk": "too few days at liberty",
    "followed_under_6_months": "followed under 6 months",
    "followed_under_12_months": "followed under 12 months",
    "followed_under_24_months": "followed under 24 months",
    "not_matured_12_months": "12 months not over yet",
    "not_matured_proven": "time for conviction not over yet",
    "no_comparator": "nobody comparable",
    "never_at_liberty": "never at liberty",
}
LEFT_OUT_OF: Mapping[str, str] = {
    "every figure": "every figure",
    "matched methods": "both methods with a comparison",
    "exposure_adjusted": "before against during, days in custody left out",
    "survival": "time to reoffending",
    "reoffended_12m, recorded": "recorded reoffending within 12 months",
    "reoffended_12m, proven": "proven reoffending within 12 months",
}
NFA_KIND: Mapping[str, str] = {"sexual": "sexual offences", "domestic_abuse": "domestic abuse"}
SEX: Mapping[str, str] = {"M": "male", "F": "female", "U": "not known"}


def say(words: Mapping[str, str], code: str | None, missing: str) -> str:
    """Return the words for a code, else the code itself, or what to say when it is missing."""
    if code is None or not code.strip():
        return missing
    return words.get(code, code)


MANAGEMENT = ("idiom", "visor_summary")
"""Sources that say who is managed; one of them is enough to know of somebody."""


def nothing_from(*sources: str) -> str:
    """Say that none of these sources ever delivered."""
    return f"nothing has come from {' or '.join(SOURCE[one] for one in sources)}"


def say_sources(source: str) -> str:
    """Return the name of a source system."""
    return SOURCE.get(source, source)
