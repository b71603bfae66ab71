"""Sentence vectors from all-MiniLM-L6-v2 in plain numpy: its files, its tokens, its six layers."""
