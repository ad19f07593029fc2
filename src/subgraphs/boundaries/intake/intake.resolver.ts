import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Connection, connection } from '../../../graph/connection.js';
import type { RequestContext } from '../../../platform/context.js';
import { pageRequest } from '../../../platform/keyset.js';
import { IntakeEncoding, IntakeFormat } from '../../../vocabulary/intake.js';
import type { PermittedArea } from '../areas/permitted-area.js';
import { PermittedAreaType } from '../areas/permitted-area.type.js';
import type { BoundariesService } from '../boundaries.service.js';
import { JudgementDiffStub, judgementDiffOf, LicenceStub, MineStub } from '../foreign.type.js';
import type { DataQualityFinding } from '../quality/data-quality-finding.js';
import type { IntakeResult } from './intake.js';
import {
  DataQualityFindingConnection,
  DataQualityFindingType,
  IntakeOptionsInput,
  IntakeResultType,
} from './intake.type.js';

@Resolver(() => DataQualityFindingType)
export class IntakeResolver {
  constructor(private readonly service: BoundariesService) {}

  @Mutation(() => IntakeResultType, {
    description: 'Takes a file of permitted areas whole, or says everything that is wrong with it.',
  })
  importPermittedAreas(
    @Arg('mineId', () => ID) mineId: string,
    @Arg('format', () => IntakeFormat, { nullable: true, description: 'Told by the content unless given.' })
    format: IntakeFormat | null,
    @Arg('content', () => String) content: string,
    @Arg('encoding', () => IntakeEncoding, { defaultValue: IntakeEncoding.UTF8 }) encoding: IntakeEncoding,
    @Arg('options', () => IntakeOptionsInput) options: IntakeOptionsInput,
    @Ctx() context: RequestContext,
  ): Promise<IntakeResult> {
    return this.service.importPermittedAreas(context, { mineId, format, content, encoding, options });
  }

  @Query(() => DataQualityFindingConnection, {
    description:
      'What is doubtful about the data as they stand, of areas, licences and mines; docs/data-quality.md.',
  })
  async dataQualityFindings(
    @Arg('mineId', () => ID, { nullable: true }) mineId: string | null,
    @Arg('code', () => [String], { nullable: true }) code: string[] | null,
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Connection<DataQualityFinding>> {
    return connection(
      await this.service.dataQualityFindings(context, { mineId, code }, pageRequest(first, after)),
    );
  }

  @FieldResolver(() => MineStub)
  mine(@Root() finding: DataQualityFinding): MineStub {
    return { id: finding.mineId };
  }

  @FieldResolver(() => MineStub, { nullable: true, description: 'The other mine of an overlap.' })
  otherMine(@Root() { otherMineId }: DataQualityFinding): MineStub | null {
    return otherMineId ? { id: otherMineId } : null;
  }

  @FieldResolver(() => LicenceStub, { nullable: true })
  licence(@Root() { licenceId }: DataQualityFinding): LicenceStub | null {
    return licenceId ? { id: licenceId } : null;
  }

  @FieldResolver(() => PermittedAreaType, { nullable: true })
  area(@Root() finding: DataQualityFinding, @Ctx() context: RequestContext): Promise<PermittedArea | null> {
    return this.service.areaOfFinding(context, finding);
  }
}

@Resolver(() => IntakeResultType)
export class IntakeResultResolver {
  @FieldResolver(() => JudgementDiffStub, {
    nullable: true,
    description: 'What the import did to the verdicts; null: none rests on it.',
  })
  judgementDiff(@Root() { judgementDiffId }: IntakeResult): JudgementDiffStub | null {
    return judgementDiffOf(judgementDiffId);
  }
}
