-- Which of these pairs of findings meet: their places, counted from 1.
-- Bindings: ones and others (findings, pair by pair).
select pair.place::int as place
from unnest(:ones::uuid[], :others::uuid[]) with ordinality as pair (one, other, place)
cross join lateral (select f.geom from enforcement.finding f where f.id = pair.one offset 0) a
cross join lateral (select f.geom from enforcement.finding f where f.id = pair.other offset 0) b
where ST_Intersects(a.geom, b.geom)
