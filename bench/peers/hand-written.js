// The floor: the same three statements, node:http and pg, nothing else.
import { createServer } from 'node:http';
import pg from 'pg';

const [, , connectionString, port] = process.argv;
const pool = new pg.Pool({ connectionString, max: 8 });

const statement = (name, text) => (values) =>
  pool.query({ name, text, values }).then((result) => result.rows);
const mines = statement('mines', 'select id, name from registry.mine order by id limit $1');
const licences = statement(
  'licences',
  'select mine_id, number, valid_to::text as "validTo" from licences.licence where mine_id = any($1)',
);
const areas = statement(
  'areas',
  'select mine_id, kind from boundaries.permitted_area where mine_id = any($1) and superseded_at is null',
);

function group(rows, ids) {
  const groups = new Map(ids.map((id) => [id, []]));
  for (const { mine_id, ...row } of rows) groups.get(mine_id)?.push(row);
  return groups;
}

createServer(async (_request, response) => {
  const nodes = await mines([50]);
  const ids = nodes.map((mine) => mine.id);
  const [theirLicences, theirAreas] = await Promise.all([licences([ids]), areas([ids])]);
  const [licencesOf, areasOf] = [group(theirLicences, ids), group(theirAreas, ids)];
  const answer = nodes.map((mine) => ({
    ...mine,
    licences: licencesOf.get(mine.id),
    permittedAreas: areasOf.get(mine.id),
  }));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ data: { mines: { nodes: answer } } }));
}).listen(Number(port), '127.0.0.1');
