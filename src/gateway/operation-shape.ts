import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Limits } from '../config.js';
import { AppError } from '../platform/errors.js';

/** How large an operation is, read off the document alone, fragments expanded. */
export interface OperationShape {
  readonly depth: number;
  readonly aliases: number;
}

/**
 * Refuses a document one of whose operations is too deep or has too many aliases. It runs before validation,
 * whose cost grows with the square of both. Errors: `QUERY_TOO_DEEP`, `QUERY_TOO_MANY_ALIASES`.
 */
export function checkShape(document: DocumentNode, limits: Limits): void {
  const { depth, aliases } = shapeOf(document);
  if (depth > limits.depth) {
    throw new AppError(
      'QUERY_TOO_DEEP',
      `The query nests ${depth} levels; at most ${limits.depth} are answered (LIMIT_DEPTH). Ask in several requests.`,
      { depth, limit: limits.depth },
    );
  }
  if (aliases > limits.aliases) {
    throw new AppError(
      'QUERY_TOO_MANY_ALIASES',
      `The query has ${aliases} aliases; at most ${limits.aliases} are answered (LIMIT_ALIASES). Ask in several requests.`,
      { aliases, limit: limits.aliases },
    );
  }
}

/** The largest depth and alias count among a document's operations. Introspection has no depth of its own. */
function shapeOf(document: DocumentNode): OperationShape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    else if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const measure = shapeReader(fragments);
  const shapes = operations.map((operation) => measure(operation.selectionSet));
  return {
    depth: Math.max(0, ...shapes.map((shape) => shape.depth)),
    aliases: Math.max(0, ...shapes.map((shape) => shape.aliases)),
  };
}

/** Measures a fragment once however often it is spread, so that no nest of spreads makes the check itself slow. */
function shapeReader(
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): (set: SelectionSetNode | undefined) => OperationShape {
  const empty: OperationShape = { depth: 0, aliases: 0 };
  const known = new Map<string, OperationShape>();

  const ofFragment = (name: string): OperationShape => {
    const before = known.get(name);
    if (before) return before;
    // Validation refuses cycles; here they only must end.
    known.set(name, empty);
    const shape = ofSet(fragments.get(name)?.selectionSet);
    known.set(name, shape);
    return shape;
  };

  const ofSet = (set: SelectionSetNode | undefined): OperationShape => {
    let depth = 0;
    let aliases = 0;
    for (const selection of set?.selections ?? []) {
      let inner: OperationShape;
      if (selection.kind === Kind.FIELD) {
        inner = ofSet(selection.selectionSet);
        depth = Math.max(depth, selection.name.value.startsWith('__') ? 1 : inner.depth + 1);
        aliases += selection.alias ? 1 : 0;
      } else {
        inner =
          selection.kind === Kind.FRAGMENT_SPREAD
            ? ofFragment(selection.name.value)
            : ofSet(selection.selectionSet);
        depth = Math.max(depth, inner.depth);
      }
      aliases += inner.aliases;
    }
    return { depth, aliases };
  };

  return ofSet;
}
