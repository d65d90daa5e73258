"""Letters in from text that was extracted from a PDF."""
