"""Two rows of one person become one: the only subject that reaches across the others."""
