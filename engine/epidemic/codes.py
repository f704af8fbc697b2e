"""Answers of the epidemic functions, in order of precedence. While they are off everything is FORBIDDEN."""

from __future__ import annotations

from engine.kernel.rejection import Code, Precedence

NOT_FOUND, STATE = Precedence.NOT_FOUND, Precedence.STATE

CHECK_IN_NOT_FOUND = Code("CHECK_IN_NOT_FOUND", NOT_FOUND, "No check-in has this id.")

EPI_GUARDIAN_ITSELF = Code("EPI_GUARDIAN_ITSELF", STATE, "Nobody is the own guardian.")
EPI_NOT_OWN = Code("EPI_NOT_OWN", STATE, "The check-in is another person's.")
EPI_IN_FUTURE = Code("EPI_IN_FUTURE", STATE, "The instant is still to come.")
EPI_IN_PAST = Code("EPI_IN_PAST", STATE, "The instant is over; give this one or a later one.")
EPI_TOO_OLD = Code("EPI_TOO_OLD", STATE, "The instant lies further back than any rule looks.")
EPI_SAMPLE_KNOWN = Code("EPI_SAMPLE_KNOWN", STATE, "The result of this sample of the person is recorded already.")
EPI_FORGOTTEN = Code("EPI_FORGOTTEN", STATE, "The check-in is no longer kept.")
