"""What is asked of who runs the site: a calendar of checks, and everybody else who handles the data."""
