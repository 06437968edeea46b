"""Throwing away what is no longer needed, as the register says."""
