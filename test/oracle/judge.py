"""An independent reading of docs/judgement.md for Shapely: GEOS as in the hub, nothing of its SQL.

Reads situations (test/support/oracle-situation.ts) as JSON from standard input and writes what it says of them as JSON to
standard output. Shapes are overlaid in their plane with coordinates from the situation's origin; areas are those of the
ellipsoid.
"""
import json
import math
import sys
from datetime import datetime, timedelta, timezone

from shapely.geometry import Point, Polygon
from shapely.geometry.polygon import orient
from shapely.ops import unary_union

from ellipsoid import ring_area

CLASSES = ("WITHIN", "WITHIN_ERROR", "PROBABLE", "CONFIRMED")
PERMITS = {
    "EXTRACTION": {"MINING_RIGHT"},
    "STRIPPING": {"MINING_RIGHT", "STRIPPING_LAND"},
    "DUMPING": {"MINING_RIGHT", "DUMP_SITE"},
    "CONSTRUCTION": {"MINING_RIGHT", "INDUSTRIAL_SITE"},
}
OUT_OF_BOUNDS = {"STRIPPING": "STRIPPING_OUT_OF_BOUNDS", "DUMPING": "DUMPING_OUT_OF_BOUNDS"}
NEAR = 2e-4
NOTHING = Polygon()


def overlap(a, b):
    """What two regions share of area."""
    return surface(a.intersection(b))


def surface(a):
    """The polygons of a region."""
    if a.geom_type in ("Polygon", "MultiPolygon"):
        return a
    return unary_union([part for part in getattr(a, "geoms", []) if part.geom_type.endswith("Polygon")])


def parts(a):
    return [] if a.is_empty else list(getattr(a, "geoms", [a]))


def day_of(instant):
    return (datetime.fromisoformat(instant.replace("Z", "+00:00")) + timedelta(hours=8)).strftime("%Y-%m-%d")


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


class Reading:
    def __init__(self, situation):
        self.of = situation
        self.seen = situation["observation"]
        self.policy = situation["policy"]
        self.day = day_of(self.seen["observedAt"])
        self.doubts = []
        known = instant(situation["known"])
        self.known = [
            dict(a, geometry=Polygon(a["shape"][0], a["shape"][1:]))
            for a in situation["areas"]
            if instant(a["recordedAt"]) <= known and (a["supersededAt"] is None or instant(a["supersededAt"]) > known)
        ]
        self.footprint = unary_union([Polygon(s[0], s[1:]) for s in self.seen["shapes"]])
        self.scale = 0.9996 if 32600 < situation["srid"] <= 32760 else 1.0

    def verdict(self):
        mine, attribution = self.attribute()
        permitting = [a for a in self.permitting(mine) if self.in_force(a)]
        permitted = union_of(permitting)
        findings, slivers, sliver_area = self.judge(
            self.footprint.difference(permitted), permitted, permitting, lambda part: self.names(part, mine)
        )
        rank = max([CLASSES.index(f["verdict"]) for f in findings], default=0)
        depth, depth_overrun, beyond = self.depth(permitting)
        findings += self.constraints(mine, permitted, permitting) + beyond
        if self.seam_is_unapproved(mine):
            findings.append(finding("UNAPPROVED_SEAM", "CONFIRMED", self.area(self.footprint)))
        return {
            "number": self.of["number"],
            "doubts": self.doubts,
            "mine": mine,
            "attribution": attribution,
            "plan": "UNLICENSED" if mine is None else CLASSES[rank],
            "depth": depth,
            "depthOverrun": depth_overrun,
            "footprint": self.area(self.footprint),
            "slivers": slivers,
            "sliverArea": sliver_area,
            "findings": findings,
        }

    def in_force(self, area):
        return area["validFrom"] <= self.day and (area["validTo"] is None or area["validTo"] > self.day)

    def permitting(self, mine):
        kinds = PERMITS[self.seen["activity"]]
        return [a for a in self.known if a["mine"] == mine and a["kind"] in kinds]

    def attribute(self):
        if self.seen["mine"] is not None:
            return self.seen["mine"], "GIVEN"
        permits = [a for a in self.known if a["kind"] not in ("RED_LINE", "PROHIBITED_ZONE")]
        shares = []
        for mine in sorted({a["mine"] for a in permits}):
            theirs = union_of([a for a in permits if a["mine"] == mine and self.in_force(a)])
            share = overlap(self.footprint, theirs).area
            if share > 1e-3:
                shares.append((share, mine))
        shares.sort(reverse=True)
        if len(shares) > 1 and shares[1][0] > shares[0][0] * (1 - 1e-6):
            self.doubts.append("two mines share it alike")
        if shares:
            return shares[0][1], "OVERLAP"
        ground = math.sqrt(self.area(self.footprint) / self.footprint.area)
        near = sorted(
            (self.footprint.distance(a["geometry"]) * ground, not self.in_force(a), a["mine"]) for a in permits
        )
        radius = self.policy["radius"]
        if any(abs(metres - radius) < 1e-3 * radius for metres, _, _ in near):
            self.doubts.append("at the attribution radius")
        near = [each for each in near if each[0] <= radius]
        if not near:
            return None, "NONE"
        if any(mine != near[0][2] and metres - near[0][0] < 0.01 for metres, _, mine in near):
            self.doubts.append("two mines are as near")
        return near[0][2], "SUSPECTED"

    def judge(self, excess, reference, measured_by, names, edge=None):
        """Findings for the parts of `excess` that are no slivers; `edge`: what distances are measured to instead."""
        sigma = math.hypot(self.seen["sigma"], max([a["sigma"] for a in measured_by], default=0))
        findings, slivers, sliver_area = [], 0, 0.0
        for part in self.parts_of_ground(excess):
            area = self.area(part)
            if self.is_small(area):
                slivers, sliver_area = slivers + 1, sliver_area + area
                continue
            overrun, rank = self.reach(part, reference if edge is None else edge, sigma)
            pieces, ballpark = names(part)
            if ballpark or any(a["ballpark"] for a in measured_by):
                rank = min(rank, 2)
            findings += [finding(verdict=CLASSES[rank], overrun=overrun, **piece) for piece in pieces]
        return findings, slivers, sliver_area

    def parts_of_ground(self, excess):
        """The parts of a region that are not thinner than a millimetre."""
        found = []
        for part in parts(surface(excess)):
            if len(parts(part.buffer(-5e-4, join_style=2))) > 1:
                self.doubts.append("held together by less than a millimetre")
            if 2 * part.area > 1e-3 * part.length:
                found.append(part)
        if any(a.distance(b) < 1e-3 for i, a in enumerate(found) for b in found[:i]):
            self.doubts.append("parts that meet")
        return found

    def reach(self, part, reference, sigma):
        """Bounds of the greatest distance, and the class: by what lies inside the reference grown by k sigma."""
        if reference.is_empty:
            return None, 3
        probable, confirmed = self.policy["kProbable"] * sigma, self.policy["kConfirmed"] * sigma

        def is_beyond(metres):
            left = part.difference(reference.buffer(metres, resolution=96))
            return not left.is_empty and left.area > 1e-9

        def is_surely(metres):
            beyond = is_beyond(metres)
            if beyond != is_beyond(metres * (1 + NEAR)) or beyond != is_beyond(metres * (1 - NEAR)):
                self.doubts.append("an overrun at the limit of a class")
            return beyond

        rank = 3 if is_surely(confirmed) else 2 if is_surely(probable) else 1
        low = max(Point(c).distance(reference) for ring in rings(part) for c in ring)
        high = max(low * 1.002, 1e-3)
        while is_beyond(high):
            low, high = high, high * 2
        while high > low * 1.004 + 1e-4:
            middle = (low + high) / 2
            low, high = (middle, high) if is_beyond(middle) else (low, middle)
        return {"low": low * (1 - NEAR), "high": high * (1 + NEAR)}, rank

    def is_small(self, area):
        least = self.policy["minArea"]
        if abs(area - least) < NEAR * least:
            self.doubts.append("at the least area")
        return area < least

    def names(self, part, mine):
        """What a part of the plan's excess is called, piece by piece."""
        others = [a for a in self.known if a["mine"] != mine and a["kind"] == "MINING_RIGHT" and self.in_force(a)]
        own = [a for a in self.permitting(mine) if not self.in_force(a)]
        lapsed = [a for a in own if a["validTo"] is not None and a["validTo"] <= self.day]
        claims = [("ENCROACHMENT", None, m, [a for a in others if a["mine"] == m]) for m in sorted({a["mine"] for a in others})]
        claims.append(("EXPIRED_RIGHT", "EXPIRED", None, lapsed))
        claims.append(("EXPIRED_RIGHT", "NOT_YET_VALID", None, [a for a in own if a not in lapsed]))
        pieces, ballpark, rest, thin = [], False, part, 0.0

        def add(piece, kind, reason, other):
            nonlocal thin
            solid = [p for p in parts(surface(piece)) if 2 * p.area > 1e-3 * p.length]
            area = sum(self.area(p) for p in solid)
            thin += self.area(piece) - area
            pieces.append({"kind": kind, "reason": reason, "other": other, "area": area})

        for kind, reason, other, areas in claims:
            touching = [a for a in areas if overlap(part, a["geometry"]).area > 1e-3]
            ballpark = ballpark or any(a["ballpark"] for a in touching)
            theirs = union_of(touching)
            add(overlap(rest, theirs), kind, reason, other)
            rest = surface(rest.difference(theirs))
        kind = "UNLICENSED" if mine is None else OUT_OF_BOUNDS.get(self.seen["activity"], "MINING_OUT_OF_BOUNDS")
        add(rest, kind, None, None)
        pieces = sorted((p for p in pieces if p["area"] > 0), key=lambda p: -p["area"])
        if len(pieces) > 1 and pieces[1]["area"] > pieces[0]["area"] * (1 - 1e-6):
            self.doubts.append("two pieces are the largest")
        small = [p for p in pieces[1:] if self.is_small(p["area"])]
        pieces[0]["area"] += thin + sum(p["area"] for p in small)
        return [p for p in pieces if p not in small], ballpark

    def constraints(self, mine, permitted, permitting):
        if self.seen["activity"] not in ("EXTRACTION", "STRIPPING"):
            return []
        lines = [a for a in self.known if a["kind"] == "RED_LINE" and a["mine"] == mine and self.in_force(a)]
        zones = [
            a
            for a in self.known
            if a["kind"] == "PROHIBITED_ZONE" and self.in_force(a) and overlap(self.footprint, a["geometry"]).area > 1e-3
        ]

        def named(kind, ballpark=False):
            return lambda part: ([{"kind": kind, "reason": None, "other": None, "area": self.area(part)}], ballpark)

        findings = []
        if lines:
            inside = surface(self.footprint.intersection(permitted))
            line = union_of(lines)
            rough = any(a["ballpark"] for a in permitting)
            findings += self.judge(inside.difference(line), line, lines, named("OUTSIDE_RED_LINE", rough))[0]
        if zones:
            zone = union_of(zones)
            inside = self.footprint.intersection(zone)
            findings += self.judge(inside, zone, zones, named("PROHIBITED_ZONE"), zone.boundary)[0]
        return findings

    def depth(self, permitting):
        if self.seen["activity"] != "EXTRACTION":
            return None, None, []
        judged = []
        low, high = self.seen["zMin"], self.seen["zMax"]
        for area in permitting:
            overruns = []
            if area["floor"] is not None and low is not None:
                overruns.append(area["floor"] - low)
            elif area["floor"] is not None and high is not None and high < area["floor"]:
                overruns.append(area["floor"] - high)
            if area["ceiling"] is not None and high is not None:
                overruns.append(high - area["ceiling"])
            elif area["ceiling"] is not None and low is not None and low > area["ceiling"]:
                overruns.append(low - area["ceiling"])
            shared = overlap(self.footprint, area["geometry"])
            if not overruns or shared.area < 1e-3:
                continue
            sigma = math.hypot(self.seen["sigma"] if self.seen["sigmaZ"] is None else self.seen["sigmaZ"], area["sigmaZ"])
            overrun = max(overruns)
            if overrun > 0 and self.is_small(self.area(shared)):
                judged.append((None, 0, shared))
                continue
            limits = [self.policy[k] * sigma for k in ("kProbable", "kConfirmed")]
            if any(abs(overrun - limit) < NEAR * limit for limit in limits):
                self.doubts.append("a depth at the limit of a class")
            rank = 0 if overrun <= 0 else 1 if overrun <= limits[0] else 2 if overrun <= limits[1] else 3
            judged.append((overrun, min(rank, 2) if area["ballpark"] else rank, shared))
        if not judged:
            return None, None, []
        beyond = [
            finding("BEYOND_DEPTH", CLASSES[rank], self.area(shared), depth=overrun)
            for overrun, rank, shared in judged
            if rank > 0
        ]
        greatest = max((overrun for overrun, _, _ in judged if overrun is not None), default=None)
        return CLASSES[max(rank for _, rank, _ in judged)], greatest, beyond

    def seam_is_unapproved(self, mine):
        if self.seen["activity"] != "EXTRACTION" or self.seen["seam"] is None:
            return False
        listed = [s for x in self.of["licences"] if x["mine"] == mine and self.in_force(x) for s in x["seams"]]
        return bool(listed) and self.seen["seam"] not in listed

    def area(self, a):
        """m2 on the ellipsoid of a region of the plane, whose edges are straight in the plane."""
        origin = self.of["origin"]
        total = 0.0
        for part in parts(surface(a)):
            for ring in rings(orient(part)):
                total += ring_area([(origin["x"] + x - 500000, origin["y"] + y) for x, y in ring], self.scale)
        return total

def rings(polygon):
    return [list(ring.coords) for ring in [polygon.exterior, *polygon.interiors]]


def union_of(areas):
    return unary_union([a["geometry"] for a in areas]) if areas else NOTHING


def finding(kind, verdict, area, reason=None, other=None, overrun=None, depth=None):
    return {
        "kind": kind,
        "reason": reason,
        "verdict": verdict,
        "other": other,
        "area": area,
        "overrun": overrun,
        "depthOverrun": depth,
    }


if __name__ == "__main__":
    json.dump([Reading(situation).verdict() for situation in json.load(sys.stdin)], sys.stdout)
