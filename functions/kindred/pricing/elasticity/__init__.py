"""What a price does to demand: learned from orders, with an interval and a verdict on each figure.

``panel`` makes weeks of order lines, ``design`` says what else moves demand, ``lasting`` what of it
lasts, ``regression`` (by ``partialling``) fits each product, ``pooling`` draws products and
segments together, ``estimates`` judges. ``demand`` and ``power`` say what follows: willingness to
pay, and the test that would tell.

An elasticity here is that of a week's demand within the prices that were seen. It rests on prices
that, given season, promotion and what was sold before, moved by chance: where a merchant sees a
good week coming and asks more in it, nothing in the orders tells, and the figure is too near zero.
"""
