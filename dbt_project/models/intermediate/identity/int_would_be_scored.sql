-- As int_nominals_scored, of the people whom the linkage model makes of several.
{{ nominals_scored(ref("int_would_be_states"), ref("int_would_be_nominals"), ref("int_would_be_sanction_days")) }}
