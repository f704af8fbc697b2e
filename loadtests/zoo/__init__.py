"""The bug zoo: planted bugs, one seeded generator of commands, and four oracles that share no code with the rules.

state       the invariants look at the rows while an engine lives
trace       the same sentences over the log alone, folded into other rows afterwards
answers     what a client saw: no row, no log
lockstep    a second, naive implementation of points and money walks along, point by point
"""
