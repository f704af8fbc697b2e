"""The epidemic functions: test results, check-ins and contacts, travel, risk areas, and their end."""
