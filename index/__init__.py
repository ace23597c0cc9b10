"""From a folder of files to searchable passages. Knows nothing of answers or of HTTP."""
