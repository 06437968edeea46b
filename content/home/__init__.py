"""The front pages, which gather from every feature: home and neighbourhood."""
