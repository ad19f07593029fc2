import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';

/** Arguments without which a list answers nothing. */
const ARGUMENTS: Readonly<Record<string, string>> = { updates: '(after: "BEGIN")' };

/** A query for each field of `Query` that can be asked without an argument, with everything that can be asked below it. */
export function everyQuery(schema: GraphQLSchema, leftOut: ReadonlySet<string>): ReadonlyMap<string, string> {
  const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
  const asked = fields.filter((field) => askable(field) && !field.name.startsWith('_'));
  return new Map(asked.map((field) => [field.name, `{ ${selected(field, [], leftOut)} }`]));
}

/** The same with keys alone: an id is told by whoever names a thing, everything else of it by its owner. */
export function everyKeyQuery(schema: GraphQLSchema): ReadonlyMap<string, string> {
  const notKeys = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type === schema.getQueryType()) continue;
    for (const field of Object.values(type.getFields())) {
      const isLeaf = !hasFields(getNamedType(field.type));
      if (isLeaf && !/^(id|\w*[a-z]Id|code)$/.test(field.name)) notKeys.add(`${type.name}.${field.name}`);
    }
  }
  return everyQuery(schema, notKeys);
}

const askable = (field: GraphQLField<unknown, unknown>): boolean => !field.args.some(isRequiredArgument);

const hasFields = (type: GraphQLNamedType): boolean => isObjectType(type) || isUnionType(type);

/** A type that stands above already is asked for its name alone, or there would be no end. */
function selected(
  field: GraphQLField<unknown, unknown>,
  above: readonly GraphQLNamedType[],
  leftOut: ReadonlySet<string>,
): string {
  const type = getNamedType(field.type);
  const text = `${field.name}${ARGUMENTS[field.name] ?? ''}`;
  if (isUnionType(type)) {
    const members = type.getTypes().map((each) => `... on ${each.name} ${below(each, above, leftOut)}`);
    return `${text} { __typename ${members.join(' ')} }`;
  }
  return isObjectType(type) ? `${text} ${below(type, above, leftOut)}` : text;
}

function below(
  type: GraphQLObjectType,
  above: readonly GraphQLNamedType[],
  leftOut: ReadonlySet<string>,
): string {
  const fields = Object.values(type.getFields()).filter(
    (field) => askable(field) && !leftOut.has(`${type.name}.${field.name}`),
  );
  const isNested = above.includes(type);
  const wanted = fields.filter((field) => !isNested || /^(id|versionId)$/.test(field.name));
  const texts = wanted.map((field) => selected(field, [...above, type], leftOut));
  return `{ __typename ${texts.join(' ')} }`;
}
