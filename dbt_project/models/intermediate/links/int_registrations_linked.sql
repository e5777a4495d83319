{{ linked_to_nominals("stg_visor_summary__registrations", "visor_id", "registration") }}
