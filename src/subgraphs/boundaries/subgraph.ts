import type { AsOf } from '../../graph/inputs.type.js';
import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import type { PermittedAreaKind } from '../../vocabulary/boundaries.js';
import type { SubgraphDeps } from '../deps.js';
import { BoundaryConflictType, NeighbourType } from './areas/adjacency.type.js';
import { LicenceAreasResolver } from './areas/licence-areas.resolver.js';
import { PermittedAreaResolver } from './areas/permitted-area.resolver.js';
import { PermittedAreaType } from './areas/permitted-area.type.js';
import { PermittedAreaChangeResolver } from './areas/permitted-area-change.resolver.js';
import { boundariesReferences } from './boundaries.reference.js';
import { JudgementDiffStub, JudgementStub, LicenceStub, MineStub, ViolationStub } from './foreign.type.js';
import { IntakeResolver, IntakeResultResolver } from './intake/intake.resolver.js';
import { MineResolver, NeighbourResolver } from './mine.resolver.js';
import { ObservationResolver, ObservationSubmissionResolver } from './observations/observation.resolver.js';
import { ObservationType } from './observations/observation.type.js';
import { ObservationWithdrawalResolver } from './observations/observation-withdrawal.resolver.js';
import { BoundaryConflictResolver } from './quality/boundary-conflict.resolver.js';
import {
  createBoundariesService,
  createLicenceAreasService,
  createObservationWithdrawalService,
  createPermittedAreaChangeService,
} from './services.js';

interface MineAreasArguments {
  readonly kind?: PermittedAreaKind[] | null;
  readonly asOf?: AsOf | null;
}

/** The graph of the boundaries: permitted areas, observations, intake. */
export function createBoundariesSubgraph(deps: SubgraphDeps): Promise<Subgraph> {
  const service = createBoundariesService(deps);
  const ofMine = new MineResolver(service);
  return buildSubgraph({
    name: 'boundaries',
    resolvers: [
      new PermittedAreaResolver(service),
      new PermittedAreaChangeResolver(createPermittedAreaChangeService(deps)),
      new LicenceAreasResolver(createLicenceAreasService(deps)),
      new ObservationResolver(service),
      new ObservationSubmissionResolver(),
      new ObservationWithdrawalResolver(createObservationWithdrawalService(deps)),
      ofMine,
      new NeighbourResolver(),
      new BoundaryConflictResolver(service),
      new IntakeResolver(service),
      new IntakeResultResolver(),
    ],
    types: [
      PermittedAreaType,
      ObservationType,
      NeighbourType,
      BoundaryConflictType,
      MineStub,
      LicenceStub,
      JudgementDiffStub,
      JudgementStub,
      ViolationStub,
    ],
    references: boundariesReferences(service),
    direct: {
      Mine: {
        permittedAreas: (mine: MineStub, { kind, asOf }: MineAreasArguments, context, info) =>
          ofMine.permittedAreas(mine, kind ?? null, asOf ?? null, context, info),
      },
    },
  });
}
