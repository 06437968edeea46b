"""Relayed contact between a visitor and a poster; neither sees the address of the other."""
