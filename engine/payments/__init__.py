"""Purchases by the platform's code with points up to the merchant's rate, refunds, settlement, the sponsor."""
