"""Letters in from Word files and out to them."""
