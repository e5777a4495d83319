-- As int_offence_links_indexed, of the people whom the linkage model makes of several.
{{ offence_links_indexed(ref("int_would_be_offence_links"), ref("int_would_be_nominals")) }}
