"""What is found out about functions, as plain records: one subject a file."""
