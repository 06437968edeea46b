"""The floor: settings, access, personal data, mail, clock and schedule. Imports no app."""
