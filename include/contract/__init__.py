"""The extract contract, version 1.0, as data: what a source delivers, and every rule with its remedy."""

from __future__ import annotations

from include.contract.idiom import IDIOM
from include.contract.model import CONTRACT_VERSION, Column, Entity, Parent, Source
from include.contract.police_records import POLICE_RECORDS
from include.contract.rules import RULES, Rule, rule
from include.contract.unit_decisions import UNIT_DECISIONS
from include.contract.visor_summary import VISOR_SUMMARY

SOURCES: dict[str, Source] = {
    source.name: source for source in (POLICE_RECORDS, VISOR_SUMMARY, IDIOM, UNIT_DECISIONS)
}

__all__ = ["CONTRACT_VERSION", "RULES", "SOURCES", "Column", "Entity", "Parent", "Rule", "Source", "rule"]
