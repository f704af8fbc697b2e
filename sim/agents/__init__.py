"""Who lives in the district, in time: SimPy processes and streams. Time and queues here, rates in `sim.behaviour`."""
