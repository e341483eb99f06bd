"""Errors in units in the last place, against proven truth."""
