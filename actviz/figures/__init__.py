"""The figures of the gallery, one a file, in the order of their numbers.

A file's docstring is the caption, its first line the title, and `build()` gives the figure.
"""
