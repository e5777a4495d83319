-- As int_nominals_states, of the people whom the linkage model makes of several.
{{ nominals_states(ref("int_would_be_links_indexed")) }}
