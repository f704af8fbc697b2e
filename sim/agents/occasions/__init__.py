"""What happens now and then, each as a few commands at an ordinary hour of some day."""

from sim.agents.occasions.calendar import Occasions, Parties

__all__ = ["Occasions", "Parties"]
