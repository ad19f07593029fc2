import { Field, ID, InputType } from 'type-graphql';
import { checkDivisionCode } from '../platform/division-code.js';
import { badInput } from '../platform/errors.js';
import type { Area } from '../platform/events/area-test.js';
import { areaTest } from '../platform/events/area-test.js';
import type { EventFilter } from '../platform/events/event-filter.js';
import { isId } from '../platform/ids.js';
import { SpatialFilter } from './inputs.type.js';

const MOST_VALUES = 1_000;

@InputType({ description: 'Which updates to hear of; all that is given must hold, and of a list one.' })
export class UpdateFilter {
  @Field(() => [String], {
    nullable: true,
    description: 'Like `violation.detected`, or `violation.*` for all of a subject.',
  })
  type?: string[] | null;

  @Field(() => [ID], { nullable: true })
  mineIds?: string[] | null;

  @Field(() => String, { nullable: true, description: 'A division and everything below it.' })
  divisionCode?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Kind of the subject: of a violation, a permitted area, a licence, the activity of an observation.',
  })
  kind?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Verdict class of a violation, level of an alarm.' })
  severity?: string[] | null;

  @Field(() => SpatialFilter, {
    nullable: true,
    description: 'Where the subject must touch: by its geometry, see docs/events.md.',
  })
  area?: SpatialFilter | null;
}

/** The filter as the event log knows it. Errors: `BAD_USER_INPUT`. */
export function eventFilter(input: UpdateFilter | null | undefined): EventFilter {
  if (!input) return {};
  for (const [field, values] of Object.entries({ ...input, divisionCode: null, area: null })) {
    const count = Array.isArray(values) ? values.length : 0;
    if (count > MOST_VALUES) {
      throw badInput(`A filter holds at most ${MOST_VALUES} values; ${field} holds ${count}.`, {
        field: 'filter',
      });
    }
  }
  const type = input.type?.find((each) => !/^[a-z][a-z-]*\.([a-z][a-z-]*|\*)$/.test(each));
  if (type !== undefined) {
    throw badInput(`"${type}" is no type of update; they read like violation.detected or violation.*.`, {
      field: 'filter.type',
    });
  }
  const mine = input.mineIds?.find((id) => !isId(id));
  if (mine !== undefined) throw badInput(`"${mine}" is no id of a mine.`, { field: 'filter.mineIds' });
  if (input.divisionCode != null) checkDivisionCode(input.divisionCode, 'filter.divisionCode');
  return {
    types: input.type ?? null,
    mineIds: input.mineIds ?? null,
    divisionCode: input.divisionCode ?? null,
    kinds: input.kind ?? null,
    severities: input.severity ?? null,
    area: areaOf(input.area),
  };
}

function areaOf(input: SpatialFilter | null | undefined): Area | null {
  if (!input) return null;
  const given = [input.bbox, input.intersects, input.near].filter((part) => part != null);
  if (given.length !== 1) {
    throw badInput(`area takes exactly one of bbox, intersects and near; ${given.length} were given.`, {
      field: 'filter.area',
    });
  }
  const area = (
    input.bbox
      ? { bbox: input.bbox }
      : input.near
        ? { near: { ...input.near } }
        : { geometry: input.intersects }
  ) as Area;
  // Whatever cannot be looked in is refused here, not when the first event comes.
  areaTest(area);
  return area;
}
