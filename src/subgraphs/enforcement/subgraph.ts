import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import type { GraphDeps } from '../deps.js';
import { enforcementReferences } from './enforcement.reference.js';
import { ViolationEvidenceResolver } from './evidence/evidence.resolver.js';
import { EvidencePackType } from './evidence/evidence.type.js';
import { JudgementResolver, ObservationJudgementResolver } from './judgements/judgement.resolver.js';
import { JudgementType } from './judgements/judgement.type.js';
import { JudgementDiffEntryResolver, JudgementDiffResolver } from './judgements/judgement-diff.resolver.js';
import { JudgementDiffEntryType, JudgementDiffType } from './judgements/judgement-diff.type.js';
import { TolerancePolicyResolver } from './policies/tolerance-policy.resolver.js';
import { TolerancePolicyChangeType, TolerancePolicyType } from './policies/tolerance-policy.type.js';
import { JudgementRunResolver } from './runs/judgement-run.resolver.js';
import { JudgementRunType } from './runs/judgement-run.type.js';
import {
  createEnforcementService,
  createEvidenceHistoryService,
  createJudgementDiffService,
  createJudgementRunner,
  createRegistryUpdatesService,
  createTolerancePolicyService,
  createViolationGrowthService,
  createViolationLifeService,
} from './services.js';
import { StatisticsResolver } from './statistics/statistics.resolver.js';
import { StatisticsRowType } from './statistics/statistics.type.js';
import { MineStub, ObservationStub, PermittedAreaStub } from './stubs.type.js';
import {
  LicenceStub,
  OperatorStub,
  RegistryUpdateType,
  UpdateConnection,
  UpdateEdge,
} from './updates/registry-update.type.js';
import { followUpdates, RegistryUpdatesResolver } from './updates/registry-updates.resolver.js';
import {
  FindingResolver,
  MineViolationsResolver,
  ViolationResolver,
} from './violations/violation.resolver.js';
import { FindingType, ViolationType } from './violations/violation.type.js';
import {
  ViolationDayResolver,
  ViolationGrowthResolver,
  ViolationSeriesResolver,
} from './violations/violation-growth.resolver.js';
import { ViolationDayType, ViolationGrowthType } from './violations/violation-growth.type.js';
import { ViolationLifeResolver } from './violations/violation-life.resolver.js';
import { ViolationTransitionType } from './violations/violation-life.type.js';

/** The graph of enforcement: violations, the judgements behind them, and judging. */
export function createEnforcementSubgraph(deps: GraphDeps): Promise<Subgraph> {
  const runner = createJudgementRunner(deps);
  const service = createEnforcementService(deps, runner);
  const diffs = createJudgementDiffService(deps);
  const updates = createRegistryUpdatesService(deps);
  return buildSubgraph({
    name: 'enforcement',
    resolvers: [
      new ViolationResolver(service),
      new FindingResolver(service),
      new MineViolationsResolver(service),
      new JudgementResolver(service),
      new ObservationJudgementResolver(service),
      new JudgementRunResolver(service, diffs),
      new JudgementDiffResolver(diffs),
      new JudgementDiffEntryResolver(service),
      new TolerancePolicyResolver(createTolerancePolicyService(deps, runner)),
      new StatisticsResolver(service),
      new RegistryUpdatesResolver(updates, service),
      new ViolationLifeResolver(createViolationLifeService(deps)),
      new ViolationSeriesResolver(createViolationGrowthService(deps)),
      new ViolationDayResolver(service),
      new ViolationGrowthResolver(),
      new ViolationEvidenceResolver(createEvidenceHistoryService(deps)),
    ],
    types: [
      RegistryUpdateType,
      UpdateConnection,
      UpdateEdge,
      OperatorStub,
      LicenceStub,
      ViolationType,
      FindingType,
      JudgementType,
      TolerancePolicyType,
      TolerancePolicyChangeType,
      JudgementDiffType,
      JudgementDiffEntryType,
      JudgementRunType,
      StatisticsRowType,
      ViolationTransitionType,
      ViolationDayType,
      ViolationGrowthType,
      EvidencePackType,
      MineStub,
      ObservationStub,
      PermittedAreaStub,
    ],
    references: enforcementReferences(service, diffs),
    subscriptions: { registryUpdates: followUpdates(updates) },
    stop: () => service.stop(),
  });
}
