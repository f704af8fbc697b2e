"""The district in time: a synthetic town, its behaviour and its clock, driven through the real engine."""
