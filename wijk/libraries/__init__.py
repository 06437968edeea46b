"""What the tables of Django, allauth and Wagtail are: an upgrade that brings a new column fails a test."""
