"""Areas on the ellipsoid of what is drawn in a transverse Mercator plane, its edges straight there.

Corners go back to latitude and longitude by Krueger's series (Karney 2011, arXiv:1002.1417) and on to authalic latitude,
where areas are those of a cylinder.
"""
import math

A = 6378137.0
F = 1 / 298.257222101
E2 = F * (2 - F)
E = math.sqrt(E2)
N = F / (2 - F)
RADIUS = A / (1 + N) * (1 + N**2 / 4 + N**4 / 64)
BETA = (
    N / 2 - 2 * N**2 / 3 + 37 * N**3 / 96 - N**4 / 360,
    N**2 / 48 + N**3 / 15 - 437 * N**4 / 1440,
    17 * N**3 / 480 - 37 * N**4 / 840,
    4397 * N**4 / 161280,
)


def authalic(latitude):
    """q of Snyder 3-12: on the authalic cylinder, the height above the equator times 2."""
    s = math.sin(latitude)
    return (1 - E2) * (s / (1 - E2 * s * s) + math.atanh(E * s) / E)


def to_cylinder(x, y, scale):
    """Longitude from the central meridian and authalic height of a point of a transverse Mercator plane."""
    xi, eta = y / (scale * RADIUS), x / (scale * RADIUS)
    xi1 = xi - sum(b * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, b in enumerate(BETA, 1))
    eta1 = eta - sum(b * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, b in enumerate(BETA, 1))
    tau1 = math.sin(xi1) / math.hypot(math.sinh(eta1), math.cos(xi1))
    tau = tau1
    for _ in range(8):
        sigma = math.sinh(E * math.atanh(E * tau / math.hypot(1, tau)))
        f = tau * math.hypot(1, sigma) - sigma * math.hypot(1, tau)
        step = (tau1 - f) / math.hypot(1, f) * (1 + (1 - E2) * tau * tau) / ((1 - E2) * math.hypot(1, tau))
        tau += step
        if abs(step) < 1e-16:
            break
    return math.atan2(math.sinh(eta1), math.cos(xi1)), authalic(math.atan(tau))


def ring_area(ring, scale):
    """m2, signed by its direction, of a closed ring of metres from the central meridian and the equator."""
    x0, q0 = to_cylinder(*ring[0], scale)
    total = 0.0
    for (ax, ay), (bx, by) in zip(ring, ring[1:]):
        # Simpson's rule on pieces of at most 250 m: the edge is curved on the cylinder, but hardly.
        count = max(1, math.ceil(math.hypot(bx - ax, by - ay) / 250))
        places = [
            to_cylinder(ax + (bx - ax) * i / (2 * count), ay + (by - ay) * i / (2 * count), scale)
            for i in range(2 * count + 1)
        ]
        for (l0, p0), (l1, p1), (l2, p2) in zip(places[::2], places[1::2], places[2::2]):
            l0, l1, l2 = l0 - x0, l1 - x0, l2 - x0
            # The integral of longitude over height, both as parabolas through the three places.
            total += (
                l0 * (-3 * p0 + 4 * p1 - p2) / 6 + 4 * l1 * (p2 - p0) / 6 + l2 * (p0 - 4 * p1 + 3 * p2) / 6
            )
    return total * A * A / 2
