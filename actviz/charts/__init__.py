"""Results as figures: plain data in, `Figure` records out."""
