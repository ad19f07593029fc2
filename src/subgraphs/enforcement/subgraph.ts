import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import { systemIds } from '../../platform/ids.js';
import { unchangingPrincipals } from '../../platform/principal-source.js';
import type { GraphDeps, SubgraphDeps } from '../deps.js';
import { enforcementReferences } from './enforcement.reference.js';
import { EnforcementService } from './enforcement.service.js';
import { EvidenceRepository } from './evidence.repository.js';
import { EvidenceService } from './evidence.service.js';
import { EvidenceChainRepository } from './evidence-chain.repository.js';
import { FindingRepository } from './finding.repository.js';
import { JudgementRepository } from './judgement.repository.js';
import { JudgementResolver, ObservationJudgementResolver } from './judgement.resolver.js';
import { JudgementType, TolerancePolicyType } from './judgement.type.js';
import { JudgementRunRepository } from './judgement-run.repository.js';
import { JudgementRunResolver } from './judgement-run.resolver.js';
import { JudgementRunType } from './judgement-run.type.js';
import { JudgementRunner } from './judgement-runner.service.js';
import { ObservationRepository } from './observation.repository.js';
import {
  LicenceStub,
  OperatorStub,
  RegistryUpdateType,
  UpdateConnection,
  UpdateEdge,
} from './registry-update.type.js';
import { followUpdates, RegistryUpdatesResolver } from './registry-updates.resolver.js';
import { RegistryUpdatesService } from './registry-updates.service.js';
import { RunLocks } from './run-locks.repository.js';
import { StatisticsRepository } from './statistics.repository.js';
import { StatisticsResolver } from './statistics.resolver.js';
import { StatisticsRowType } from './statistics.type.js';
import { MineStub, ObservationStub, PermittedAreaStub } from './stubs.type.js';
import { TolerancePolicyRepository } from './tolerance-policy.repository.js';
import { ViolationRepository } from './violation.repository.js';
import { FindingResolver, MineViolationsResolver, ViolationResolver } from './violation.resolver.js';
import { FindingType, ViolationType } from './violation.type.js';
import { ViolationGrowthRepository } from './violation-growth.repository.js';
import {
  ViolationDayResolver,
  ViolationGrowthResolver,
  ViolationSeriesResolver,
} from './violation-growth.resolver.js';
import { ViolationGrowthService } from './violation-growth.service.js';
import { ViolationDayType, ViolationGrowthType } from './violation-growth.type.js';
import { ViolationLifeRepository } from './violation-life.repository.js';
import { ViolationLifeResolver } from './violation-life.resolver.js';
import { ViolationLifeService } from './violation-life.service.js';
import { ViolationTransitionType } from './violation-life.type.js';

export function createEnforcementService({
  knex,
  transact,
  judge,
}: Pick<SubgraphDeps, 'knex' | 'transact' | 'judge'>): EnforcementService {
  const runs = new JudgementRunRepository(knex);
  return new EnforcementService({
    violations: new ViolationRepository(knex),
    findings: new FindingRepository(knex),
    judgements: new JudgementRepository(knex),
    statistics: new StatisticsRepository(knex),
    policies: new TolerancePolicyRepository(knex),
    runs,
    runner: new JudgementRunner({
      runs,
      observations: new ObservationRepository(knex),
      locks: RunLocks.of(knex),
      judge,
      transact,
      ids: systemIds,
    }),
  });
}

export const createViolationLifeService = ({
  knex,
  transact,
}: Pick<SubgraphDeps, 'knex' | 'transact'>): ViolationLifeService =>
  new ViolationLifeService({
    violations: new ViolationRepository(knex),
    life: new ViolationLifeRepository(knex),
    transact,
  });

/** `chromium`: executable that prints reports, null: none; `hub`: package version. */
export const createEvidenceService = (
  { knex, transact }: Pick<SubgraphDeps, 'knex' | 'transact'>,
  { chromium, hub }: { readonly chromium: string | null; readonly hub: string },
): EvidenceService =>
  new EvidenceService({
    violations: new ViolationRepository(knex),
    evidence: new EvidenceRepository(knex),
    life: new ViolationLifeRepository(knex),
    growths: new ViolationGrowthRepository(knex),
    chain: new EvidenceChainRepository(knex),
    transact,
    chromium,
    hub,
  });

/** Composition root of enforcement: violations, the judgements behind them, and judging. */
export function createEnforcementSubgraph(deps: GraphDeps): Promise<Subgraph> {
  const service = createEnforcementService(deps);
  const updates = new RegistryUpdatesService({
    feed: deps.events.feed,
    cursors: () => deps.events.cursors(),
    principals: unchangingPrincipals,
    heartbeatMs: deps.events.heartbeatMs,
  });
  return buildSubgraph({
    name: 'enforcement',
    resolvers: [
      new ViolationResolver(service),
      new FindingResolver(service),
      new MineViolationsResolver(service),
      new JudgementResolver(service),
      new ObservationJudgementResolver(service),
      new JudgementRunResolver(service),
      new StatisticsResolver(service),
      new RegistryUpdatesResolver(updates, service),
      new ViolationLifeResolver(createViolationLifeService(deps)),
      new ViolationSeriesResolver(new ViolationGrowthService(new ViolationGrowthRepository(deps.knex))),
      new ViolationDayResolver(),
      new ViolationGrowthResolver(),
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
      JudgementRunType,
      StatisticsRowType,
      ViolationTransitionType,
      ViolationDayType,
      ViolationGrowthType,
      MineStub,
      ObservationStub,
      PermittedAreaStub,
    ],
    references: enforcementReferences(service),
    subscriptions: { registryUpdates: followUpdates(updates) },
    stop: () => service.stop(),
  });
}
