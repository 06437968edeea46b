"""Signing up for an activity and off again: capacity, a waiting list, and no list that others can see."""
