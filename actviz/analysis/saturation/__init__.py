"""Gradient saturation on paper: tails, thresholds, moments, gains."""
