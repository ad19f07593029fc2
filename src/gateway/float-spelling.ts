import { type DocumentNode, Kind, visit } from 'graphql';

/**
 * The same document with a sign before each exponent: `1e+9` for `1e9`. The planner's parser takes no exponent that
 * begins with 9.
 */
export const withSignedExponents = (document: DocumentNode): DocumentNode =>
  visit(document, {
    [Kind.FLOAT]: (node) => {
      const value = node.value.replace(/e(?=\d)/i, 'e+');
      return value === node.value ? undefined : { ...node, value };
    },
  });
