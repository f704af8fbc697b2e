"""The marketplace: offers of merchants, orders with points on hold and money in escrow, riders who bring them."""
