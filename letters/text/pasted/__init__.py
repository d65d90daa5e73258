"""Letters in from the clipboard: of word processors, mail programs, browsers and readers of PDFs."""
