"""From a question to a reply made of quotes. Knows nothing of HTTP."""
