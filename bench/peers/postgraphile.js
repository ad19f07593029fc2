// PostGraphile 5 on the hub's tables; it and its Node 22 are installed outside the project (bench/README.md).

import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [, , peers, connectionString, port] = process.argv;
const require = createRequire(`${peers}/package.json`);
const load = async (name) => {
  const loaded = await import(pathToFileURL(require.resolve(name)).href);
  return loaded.default?.default ?? loaded.default ?? loaded;
};

const { postgraphile } = await import(pathToFileURL(require.resolve('postgraphile')).href);
const { makePgService } = await import(pathToFileURL(require.resolve('postgraphile/adaptors/pg')).href);
const { grafserv } = await import(pathToFileURL(require.resolve('postgraphile/grafserv/node')).href);
const amber = await load('postgraphile/presets/amber');

const instance = postgraphile({
  extends: [amber],
  pgServices: [
    makePgService({
      connectionString,
      schemas: ['registry', 'licences', 'boundaries'],
      poolConfig: { max: 8 },
    }),
  ],
  grafserv: { graphqlPath: '/graphql', watch: false, graphiql: false },
  grafast: { explain: false },
});
const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(Number(port), '127.0.0.1');
