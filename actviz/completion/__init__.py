"""Completion of a command line in a shell: what could stand there, the shells' scripts, and their installation."""
