import { GraphQLError, GraphQLScalarType, type ValueNode, valueFromASTUntyped } from 'graphql';
import { DateTimeResolver, JSONResolver } from 'graphql-scalars';
import { isCalendarDay, isCalendarInstant } from '../platform/calendar-day.js';

/** As the library has it, with the form that is expected said where something else comes. */
export const DateTime = new GraphQLScalarType<Date, Date>({
  ...DateTimeResolver.toConfig(),
  parseValue: (value) => checkInstant(value, () => DateTimeResolver.parseValue(value)),
  parseLiteral: (node: ValueNode) =>
    checkInstant(valueFromASTUntyped(node), () => DateTimeResolver.parseLiteral(node, {})),
});

export const Json = JSONResolver;

function checkInstant(value: unknown, read: () => Date): Date {
  try {
    const instant = read();
    if (isCalendarInstant(instant)) return instant;
  } catch {
    // Told below.
  }
  throw new GraphQLError(
    `${JSON.stringify(value)} is not an instant written by RFC 3339 with its zone, like 2026-02-01T00:00:00Z or 2026-02-01T08:00:00+08:00.`,
    { extensions: { code: 'BAD_USER_INPUT' } },
  );
}

/** A day in Asia/Shanghai as `YYYY-MM-DD`: text all the way, so that no time zone can move it. */
export const LocalDate = new GraphQLScalarType<string, string>({
  name: 'Date',
  description: 'A calendar day in Asia/Shanghai, as YYYY-MM-DD.',
  // What the database holds is a day already; checking every row again showed in profiles.
  serialize: (value) => (typeof value === 'string' ? value : checkDate(value)),
  parseValue: (value) => checkDate(value),
  parseLiteral: (node: ValueNode) => checkDate(valueFromASTUntyped(node)),
});

function checkDate(value: unknown): string {
  if (typeof value === 'string' && isCalendarDay(value)) return value;
  throw new GraphQLError(`${JSON.stringify(value)} is not a day written as YYYY-MM-DD.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

/** An RFC 7946 geometry object. Its form is checked here, its validity where it is used. */
export const GeoJsonGeometry = new GraphQLScalarType<object, object>({
  name: 'GeoJSONGeometry',
  description: 'A geometry object of RFC 7946, longitude before latitude, in CGCS2000 (EPSG:4490).',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc7946',
  serialize: (value) => value as object,
  parseValue: checkGeometry,
  parseLiteral: (node, variables) => checkGeometry(valueFromASTUntyped(node, variables)),
});

const GEOMETRY_TYPES = new Set([
  'Point',
  'MultiPoint',
  'LineString',
  'MultiLineString',
  'Polygon',
  'MultiPolygon',
]);

function checkGeometry(value: unknown): object {
  const geometry = value as { type?: unknown; coordinates?: unknown } | null;
  if (
    typeof geometry === 'object' &&
    geometry !== null &&
    typeof geometry.type === 'string' &&
    GEOMETRY_TYPES.has(geometry.type) &&
    Array.isArray(geometry.coordinates)
  ) {
    return geometry;
  }
  throw new GraphQLError(
    'A GeoJSON geometry is an object with a type (Point, Polygon, MultiPolygon …) and coordinates in longitude, latitude order.',
    { extensions: { code: 'BAD_USER_INPUT' } },
  );
}
