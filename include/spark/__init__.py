"""The same warehouse on Spark, for what one machine does not hold: docs/scale.md."""
