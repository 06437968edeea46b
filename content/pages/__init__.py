"""The editors' pages: home, neighbourhood, news and legal, in Wagtail; and clean images."""
