"""The board pack: aggregates only, every figure named, every count protected; HTML, PDF and workbook."""
