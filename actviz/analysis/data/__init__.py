"""Pre-activations from files: counted block by block, merged, read through activations."""
