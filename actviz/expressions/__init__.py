"""Functions typed by the user: expressions in x and Python callables, with exact derivatives."""
