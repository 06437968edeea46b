"""The legal texts: written by editors in Wagtail, frozen version by version, compared and announced."""
