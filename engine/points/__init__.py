"""Material points (spendable) and moral points (a score): awards, lots, caps, clawback."""
