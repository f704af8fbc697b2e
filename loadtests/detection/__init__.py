"""How many planted bugs the load tests find: deployments inside this process, cases, scripts, and the table."""
