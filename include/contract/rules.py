"""Every fault that bad input can have: a code, the sentence that a person reads, and what to do about it.

Codes are stable: they stand in the ledger, in the files of quarantined rows and in reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["delivery", "row", "warning"]

_RESEND = "Correct the export and send the delivery again; a refused delivery_id may be used again."
_MANIFEST = "Write the manifest as the contract shows it, last of all files, and send the delivery again."
_FOLDER = "Send a folder that holds manifest.json and exactly the files that it lists, as plain files."
_ROW = "Correct the row in the source system; it comes with the next delivery."


@dataclass(frozen=True)
class Rule:
    """One rule: ``delivery`` refuses the delivery, ``row`` puts the row aside, ``warning`` is only told."""

    code: str
    kind: Kind
    sentence: str
    remedy: str


_TABLE: tuple[tuple[str, Kind, str, str], ...] = (
    # --- the manifest and the folder
    (
        "manifest_unreadable",
        "delivery",
        "manifest.json is not a readable plain file of at most 1 MB.",
        _MANIFEST,
    ),
    ("manifest_json", "delivery", "manifest.json is not valid JSON in UTF-8.", _MANIFEST),
    ("manifest_key_missing", "delivery", "The manifest lacks a key.", _MANIFEST),
    (
        "manifest_key_unknown",
        "delivery",
        "The manifest has a key that the contract does not know.",
        _MANIFEST,
    ),
    ("manifest_key_repeated", "delivery", "The manifest has a key twice.", _MANIFEST),
    ("manifest_value", "delivery", "A value of the manifest has the wrong type or form.", _MANIFEST),
    (
        "contract_version",
        "delivery",
        "The contract version is not 1.0.",
        "Map the export to contract version 1.0.",
    ),
    (
        "source_unknown",
        "delivery",
        "The source is not police_records, visor_summary, idiom or unit_decisions.",
        "Deliver under one of the contract's sources.",
    ),
    ("folder_name", "delivery", "The folder names and the manifest do not agree.", _FOLDER),
    (
        "delivery_id_form",
        "delivery",
        "The delivery_id is not YYYYMMDD or YYYYMMDDThhmmss.",
        "Name the folder and the delivery_id by the contract's pattern.",
    ),
    ("file_unknown", "delivery", "A listed file is not one of the contract's for this source.", _MANIFEST),
    ("file_listed_twice", "delivery", "A file is listed twice.", _MANIFEST),
    ("file_missing", "delivery", "A listed file is not there.", _FOLDER),
    (
        "file_required",
        "delivery",
        "A full delivery lacks a file that is not optional.",
        "Deliver every required file; one without rows still has its header.",
    ),
    ("file_unlisted", "delivery", "The folder holds something that the manifest does not list.", _FOLDER),
    (
        "link",
        "delivery",
        "A link stands where a plain file or folder is expected; links are never followed.",
        _FOLDER,
    ),
    (
        "not_a_file",
        "delivery",
        "A folder, pipe, socket or device stands where a plain file is expected.",
        _FOLDER,
    ),
    ("not_a_folder", "delivery", "A delivery must be a folder.", _FOLDER),
    (
        "unreadable",
        "delivery",
        "A file cannot be read.",
        "Give the account that runs the ingest the right to read the delivery.",
    ),
    (
        "checksum",
        "delivery",
        "The file's SHA-256 is not the one in the manifest.",
        "Copy the delivery again, whole.",
    ),
    ("row_count", "delivery", "The file has another number of rows than the manifest says.", _RESEND),
    (
        "changed_while_read",
        "delivery",
        "The delivery changed while it was being read.",
        "Write the manifest last, and leave a delivery alone after that.",
    ),
    # --- the delivery among others
    (
        "id_reused",
        "delivery",
        "This delivery_id was applied before with other content.",
        "Send the new content under a new delivery_id.",
    ),
    (
        "extract_date_back",
        "delivery",
        "extract_date is earlier than that of the last applied delivery of the source.",
        "Send a delivery whose extract_date is not earlier.",
    ),
    (
        "delta_first",
        "delivery",
        "A delta came before any full delivery of the source.",
        "Send a full delivery first, then the delta again.",
    ),
    # --- the file
    ("zero_bytes", "delivery", "The file has no bytes.", "A file without rows still has its header line."),
    ("encoding", "delivery", "The file is not UTF-8.", "Export as UTF-8."),
    ("nul_byte", "delivery", "The file holds a NUL byte.", "Export as UTF-8 text without NUL bytes."),
    (
        "unterminated_quote",
        "delivery",
        "A quote is opened and not closed.",
        "Quote by RFC 4180 and send it again.",
    ),
    ("lone_cr", "delivery", "A carriage return without line feed ends a line.", "End lines with LF or CRLF."),
    ("line_too_long", "delivery", "A line is longer than 1 MB.", _RESEND),
    (
        "column_missing",
        "delivery",
        "The header lacks a column.",
        "Write every column of the contract, exactly named.",
    ),
    (
        "column_unknown",
        "delivery",
        "The header has a column that the contract does not know.",
        "Leave the column out.",
    ),
    ("column_repeated", "delivery", "The header has a column twice.", "Write every column once."),
    ("parquet_unreadable", "delivery", "The file is not a whole, readable Parquet file.", _RESEND),
    (
        "parquet_type",
        "delivery",
        "A Parquet column has a type that the contract does not accept.",
        "Write DATE, VARCHAR, DECIMAL(14,2) or BIGINT, as the contract says for the column.",
    ),
    # --- the row
    ("field_count", "row", "The row has more or fewer fields than the header.", _ROW),
    (
        "text_after_quote",
        "row",
        "Text follows a closing quote.",
        "Double a quote inside a quoted field (RFC 4180).",
    ),
    ("field_too_long", "row", "A field has more than 4,000 characters.", _ROW),
    ("value_missing", "row", "A field that must not be empty is empty.", _ROW),
    ("date_form", "row", "A date is not written YYYY-MM-DD.", _ROW),
    ("date_not_real", "row", "There is no such date in the calendar.", _ROW),
    ("date_too_early", "row", "A date is before 1900-01-01.", _ROW),
    ("date_in_future", "row", "A date is after the extract date.", _ROW),
    ("date_too_late", "row", "A planned date is more than 10 years after the extract date.", _ROW),
    ("date_order", "row", "A date is before the one that it must follow.", _ROW),
    ("before_birth", "row", "An offence or custody is dated before the person's birth.", _ROW),
    ("flag_form", "row", "A flag is not Y or N.", _ROW),
    ("money_form", "row", "An amount is not digits with at most two decimals.", _ROW),
    ("count_form", "row", "A count is not whole digits, 18 at most.", _ROW),
    (
        "not_in_list",
        "row",
        "A value is not in the contract's list.",
        "Map the value to the list; case counts.",
    ),
    ("out_of_range", "row", "A number is outside its range.", _ROW),
    ("pnc_id_form", "row", "A pnc_id is not written YYYY/NNNNNNNL.", "Write the long form, with all zeros."),
    ("pnc_id_letter", "row", "The check letter of a pnc_id is wrong.", _ROW),
    ("ho_code_form", "row", "A Home Office code has another form than the contract's.", _ROW),
    (
        "change_type_unknown",
        "row",
        "change_type is not I, U or D.",
        "Write I, U or D in every row of a delta.",
    ),
    ("key_conflict", "row", "Rows with the same key differ.", "Send one row per key."),
    ("key_twice_in_delta", "row", "A key comes twice in a delta.", "Send the last change of a key only."),
    ("merge_cycle", "row", "Merges of nominals run in a circle.", "End the chain at one surviving nominal."),
    (
        "parent_missing",
        "row",
        "The row refers to a record that is not there.",
        "Send the parent too, or mend the id.",
    ),
    (
        "parent_quarantined",
        "row",
        "The row's parent was put aside, so the row goes with it.",
        "Nothing to do here: correct the parent.",
    ),
    # --- only told
    (
        "insert_of_known",
        "warning",
        "A delta inserts a key that was there already; it was taken as a change.",
        "",
    ),
    ("update_of_new", "warning", "A delta changes a key that was not there; it was taken as new.", ""),
    ("delete_of_unknown", "warning", "A delta deletes a key that was not there.", ""),
    ("parent_deleted", "warning", "Records left because their parent was deleted.", ""),
    (
        "optional_file_gone",
        "warning",
        "An optional file was left out, so its records are gone from the current state.",
        "Send the file with the next full delivery if that was not meant.",
    ),
)

RULES: dict[str, Rule] = {row[0]: Rule(*row) for row in _TABLE}


def rule(code: str) -> Rule:
    """Return a rule by its code."""
    return RULES[code]
