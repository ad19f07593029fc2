import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { Exchange } from '../platform/http-exchange.js';

/** What a newcomer sees first: the question the hub exists for, answerable with one keystroke. */
const DEFAULT_QUERY = `# Which small open pits strip or mine outside what they are permitted, by how much, and since when?
# Run it with Ctrl+Enter; the documentation of every field is on the left.
query SmallOpenPits {
  violations(
    filter: { scale: [SMALL], method: [OPEN_PIT], kind: [STRIPPING_OUT_OF_BOUNDS, MINING_OUT_OF_BOUNDS] }
    orderBy: AREA_DESC
    first: 10
  ) {
    totalCount
    nodes {
      kind
      verdict
      areaMu
      overrunMetres
      firstObservedAt
      mine {
        code
        name
        division { name }
        operator { name }
        licences { number status }
        permittedAreas { kind areaSquareMetres }
      }
    }
  }
}
`;

let page: string | null = null;

/** A browser that opens the address, rather than a program that asks a query with GET. */
export const acceptsPage = (exchange: Exchange): boolean =>
  exchange.method === 'GET' &&
  (exchange.header('accept') ?? '').includes('text/html') &&
  !new URLSearchParams(exchange.search).has('query');

/** The GraphiQL page with all its scripts and styles inside; the policy keeps it from asking anybody else. */
export function sendGraphiQl(exchange: Exchange): void {
  page ??= renderGraphiQL({
    title: 'minebound',
    endpoint: '/graphql',
    defaultQuery: DEFAULT_QUERY,
    defaultEditorToolsVisibility: false,
  });
  exchange.send(200, 'text/html; charset=utf-8', page, {
    'content-security-policy':
      "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src 'self' blob:; " +
      "style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data: blob:; frame-ancestors 'none'",
  });
}
