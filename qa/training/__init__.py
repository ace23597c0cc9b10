"""How the reader's weights were made: prepare, train, calibrate, export, evaluate, write the card."""
