"""Softmax as kernels evaluate it, in every dtype: what comes out, what breaks, where, and how often in data."""
