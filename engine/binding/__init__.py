"""Who lives where: communities, grids, dwellings, households, persons, bindings, special groups."""
