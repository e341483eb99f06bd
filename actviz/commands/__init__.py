"""The sub-commands, one a file: `command` takes parsed options and returns a Report."""
