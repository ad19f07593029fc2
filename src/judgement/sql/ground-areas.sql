-- Square metres of the ground under each of these sets of findings, what lies under several of a set counted once, on the
-- grid on which store-violations.sql makes the union. place: of the set, counted from 1.
-- Bindings: sets (JSON: of each the findings).
select s.place::int as place,
       (select ST_Area(ST_Union(f.geom, 1e-11 order by f.id)::geography)
        from enforcement.finding f where f.id = any(array(select jsonb_array_elements_text(s.ids)::uuid))) as area_m2
from jsonb_array_elements(:sets::jsonb) with ordinality as s (ids, place)
order by s.place
