"""The reference deployment: the engine behind HTTP, with tokens, a durable store and one writer.

A target for load runs and an oracle for others, not a product: its routes are the catalogues of commands and reads.
"""
