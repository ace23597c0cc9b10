"""HTTP, the command line and the chat page, around `qa`."""
