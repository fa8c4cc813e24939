"""The encoder and what runs it: reading a text for it, sentence embeddings, networks of our own."""
