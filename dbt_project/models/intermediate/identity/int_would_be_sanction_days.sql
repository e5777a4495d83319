-- As int_nominals_sanction_days, of the people whom the linkage model makes of several.
{{ nominals_sanction_days(ref("int_would_be_sanctions"), ref("int_would_be_nominals")) }}
