"""From a gated build to a release in force: assembled apart, hashed, moved in one rename, then switched."""
