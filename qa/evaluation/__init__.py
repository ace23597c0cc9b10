"""How good it is, on anyone's questions: retrieval, answers, quotes, abstention and latency."""
