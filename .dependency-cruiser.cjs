// The layering of docs/architecture.md as rules: imports point down, type-only imports count too.
// test/architecture.test.ts runs them, and proves on a fixture that each of them catches its offender.

/** Packages that a rule about SQL or about GraphQL means. */
const SQL = 'node_modules/(knex|knex-postgis|pg|pg-query-stream|@electric-sql)(/|$)';
const GRAPHQL =
  'node_modules/(graphql|type-graphql|graphql-scalars|@apollo|@graphql-tools|@graphql-hive)(/|$)';
/** Files that say their role in their name; the others of a subgraph are its domain. */
const ROLE = '(\\.(type|resolver|reference|route|service|repository|row|loaders)|/(services|subgraph))\\.ts$';

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid(
      'no-cycle',
      'Two files that need each other are one file, or miss a third.',
      {},
      { circular: true },
    ),
    forbid(
      'no-unresolved',
      'Every import leads somewhere (geojson has types only).',
      { path: '^src/' },
      { couldNotResolve: true, pathNot: '^geojson$' },
    ),
    forbid(
      'subgraphs-apart',
      'A subgraph reads another only through its published views.',
      { path: '^src/subgraphs/([^/]+)/' },
      { path: '^src/subgraphs/[^/]+/', pathNot: '^src/subgraphs/$1/' },
    ),
    forbid(
      'resolver-delegates',
      'A resolver calls its service: no SQL, no repository.',
      { path: '^src/subgraphs/.+\\.(resolver|reference|route)\\.ts$' },
      {
        path: [
          '\\.repository\\.ts$',
          SQL,
          '^src/(spatial|judgement)/',
          '^src/platform/(database|transact)\\.ts$',
        ],
      },
    ),
    forbid(
      'service-takes-ports',
      'A service knows rules and ports; it runs no SQL and knows no GraphQL.',
      { path: '^src/subgraphs/.+\\.service\\.ts$' },
      { path: [GRAPHQL, '\\.(type|resolver)\\.ts$', '^src/graph/', '^src/platform/database\\.ts$'] },
    ),
    forbid(
      'services-without-graph',
      'Services are put together without the graph, so that a command need not load it.',
      { path: '^src/(subgraphs/[^/]+/services|cli/.+\\.command|cli/session)\\.ts$' },
      { path: [GRAPHQL, '\\.(type|resolver)\\.ts$', '/subgraph\\.ts$', '^src/graph/'] },
    ),
    forbid(
      'services-run-no-sql',
      'A service or a domain file may name a transaction in its types; only a repository runs SQL.',
      { path: '^src/subgraphs/[^/]+/', pathNot: '\\.(repository|row)\\.ts$' },
      { path: SQL, dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'repository-below-service',
      'A repository maps rows; it knows nothing above it.',
      { path: '^src/subgraphs/.+\\.(repository|row)\\.ts$' },
      { path: [GRAPHQL, '\\.(type|resolver|service|loaders)\\.ts$', '^src/graph/'] },
    ),
    forbid(
      'domain-is-pure',
      'A domain file states facts and rules: no SQL, no GraphQL, no transport, no request.',
      { path: '^src/subgraphs/[^/]+/', pathNot: ROLE },
      {
        path: [
          SQL,
          GRAPHQL,
          ROLE,
          '^src/graph/',
          '^src/gateway/',
          '^src/platform/(database|embedded-database|context|scope|loader|logging|http|metrics|migrations)',
          'node_modules/(dataloader|pino|prom-client)(/|$)',
        ],
      },
    ),
    forbid(
      'platform-without-domain',
      'Glue knows no domain word.',
      { path: '^src/platform/' },
      { path: '^src/(subgraphs|judgement|spatial|vocabulary|graph|gateway|evidence|cli)/' },
    ),
    forbid(
      'vocabulary-alone',
      'Words import nothing.',
      { path: '^src/vocabulary/' },
      { pathNot: '^src/vocabulary/' },
    ),
    forbid(
      'graph-below-subgraphs',
      'Shared graph types know no subgraph.',
      { path: '^src/graph/' },
      { path: '^src/(subgraphs|judgement|spatial|gateway|cli)/' },
    ),
    forbid(
      'spatial-below-subgraphs',
      'Spatial SQL knows no subgraph and no graph type.',
      { path: '^src/spatial/' },
      { path: ['^src/(subgraphs|judgement|graph|gateway|cli)/', GRAPHQL] },
    ),
    forbid(
      'judgement-reads-views',
      'The engine reads published views, not the code of subgraphs.',
      { path: '^src/judgement/' },
      { path: ['^src/(subgraphs|graph|gateway|cli)/', GRAPHQL] },
    ),
    forbid(
      'evidence-stands-alone',
      'A pack is made and checked from its own facts, whatever subgraphs and graph look like by then.',
      { path: '^src/evidence/' },
      { path: ['^src/(subgraphs|graph|gateway|cli)/', GRAPHQL] },
    ),
    forbid(
      'outlets-send-events',
      'Webhooks and bridges know events and where they go: no subgraph, no graph, no word of the domain.',
      { path: '^src/(webhooks|bridges)/' },
      { path: ['^src/(subgraphs|judgement|spatial|vocabulary|graph|gateway|cli)/', GRAPHQL] },
    ),
    forbid(
      'gateway-routes-only',
      'The gateway is given subgraphs; it knows none, and no database.',
      { path: '^src/gateway/' },
      { path: ['^src/(subgraphs|judgement|spatial|cli)/', SQL, '^src/platform/(database|transact)\\.ts$'] },
    ),
    forbid(
      'cli-on-top',
      'Only main.ts starts commands.',
      { path: '^src/', pathNot: '^src/(cli/|main\\.ts$)' },
      { path: '^src/cli/' },
    ),
    forbid(
      'src-without-tests',
      'The product runs without its tests and tools.',
      { path: '^(src|migrations|seeds)/' },
      { path: '^(test|bench|scripts)/' },
    ),
    forbid(
      'migrations-frozen',
      'A landed migration never changes, so that it must not lean on code that does.',
      { path: '^migrations/' },
      { path: '^(src|seeds)/' },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
