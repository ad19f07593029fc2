import { readFile } from 'node:fs/promises';
import { parse } from 'graphql';
import knexFactory from 'knex';
import { expect, test } from 'vitest';
import { composeSupergraph } from '../src/gateway/compose.js';
import { readSupergraph, supergraphOf } from '../src/gateway/supergraph-source.js';
import type { Subgraph } from '../src/graph/subgraph.js';
import { SUBGRAPHS } from '../src/subgraphs/index.js';
import { subgraphParts } from './support/service-parts.js';

// Nothing is asked of it: a subgraph's schema is made without a database.
const knex = knexFactory({ client: 'pg' });
const deps = subgraphParts(knex);
const subgraphs = await Promise.all(Object.values(SUBGRAPHS).map((create) => create(deps)));

test.each(subgraphs.map((subgraph) => [subgraph.name, subgraph.sdl] as const))(
  'the committed SDL of %s is the one the code makes (npm run schema)',
  async (name, sdl) => {
    expect(await readFile(`schema/subgraphs/${name}.graphql`, 'utf8')).toBe(sdl);
  },
);

test('the committed supergraph, which a gateway on its own loads, is the composition of the subgraphs', async () => {
  expect(await readFile('schema/supergraph.graphql', 'utf8')).toBe(composeSupergraph(subgraphs));
});

test('a subgraph that is not the released one is composed anew, the released ones are not', async () => {
  expect(await supergraphOf(subgraphs)).toBe(await readSupergraph(null));
  const changed = subgraphs.map((subgraph) =>
    subgraph.name === 'registry' ? withField(subgraph, 'Query', 'weather: String') : subgraph,
  );
  expect(await supergraphOf(changed)).toContain('weather: String');
});

test('subgraphs that contradict each other do not compose, and the refusal says where', () => {
  const link =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", "@shareable"])';
  const contract = (name: string, type: string) => ({
    name,
    typeDefs: parse(`${link} type Query { ${name}: Mine } type Mine @key(fields: "id") { id: ID! ${type} }`),
  });
  expect(() =>
    composeSupergraph([contract('a', 'size: Int @shareable'), contract('b', 'size: String @shareable')]),
  ).toThrow(/Mine\.size/);
});

function withField(subgraph: Subgraph, type: string, field: string): Subgraph {
  const sdl = `${subgraph.sdl}extend type ${type} { ${field} }\n`;
  return { ...subgraph, sdl, typeDefs: parse(sdl) };
}
