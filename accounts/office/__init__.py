"""The privacy desk: one place for who guards the rights of people here."""
