"""The rights of people over their data: asked, decided, in time."""
