import { buildSubgraph, type Subgraph } from '../../graph/subgraph.js';
import { createJudging } from '../../judgement/judging.js';
import { OBSERVATIONS_PER_PART } from '../../judgement/run-parts.js';
import { createRequestContext } from '../../platform/context.js';
import { systemIds } from '../../platform/ids.js';
import type { Logger } from '../../platform/logging.js';
import { unchangingPrincipals } from '../../platform/principal-source.js';
import type { GraphDeps, SubgraphDeps } from '../deps.js';
import { enforcementReferences } from './enforcement.reference.js';
import { EnforcementService } from './enforcement.service.js';
import { EvidenceRepository } from './evidence/evidence.repository.js';
import { ViolationEvidenceResolver } from './evidence/evidence.resolver.js';
import { EvidenceService } from './evidence/evidence.service.js';
import { EvidencePackType } from './evidence/evidence.type.js';
import { EvidenceChainRepository } from './evidence/evidence-chain.repository.js';
import { EvidenceHistoryService } from './evidence/evidence-history.service.js';
import { FindingRepository } from './judgements/finding.repository.js';
import { JudgementRepository } from './judgements/judgement.repository.js';
import { JudgementResolver, ObservationJudgementResolver } from './judgements/judgement.resolver.js';
import { JudgementType } from './judgements/judgement.type.js';
import { JudgementDiffRepository } from './judgements/judgement-diff.repository.js';
import { JudgementDiffEntryResolver, JudgementDiffResolver } from './judgements/judgement-diff.resolver.js';
import { JudgementDiffService } from './judgements/judgement-diff.service.js';
import { JudgementDiffEntryType, JudgementDiffType } from './judgements/judgement-diff.type.js';
import { ObservationRepository } from './observation.repository.js';
import { TolerancePolicyRepository } from './policies/tolerance-policy.repository.js';
import { TolerancePolicyResolver } from './policies/tolerance-policy.resolver.js';
import { TolerancePolicyService } from './policies/tolerance-policy.service.js';
import { TolerancePolicyChangeType, TolerancePolicyType } from './policies/tolerance-policy.type.js';
import { JudgementRunRepository } from './runs/judgement-run.repository.js';
import { JudgementRunResolver } from './runs/judgement-run.resolver.js';
import { JudgementRunType } from './runs/judgement-run.type.js';
import { JudgementRunCarrier } from './runs/judgement-run-carrier.service.js';
import { JudgementRunWork } from './runs/judgement-run-work.service.js';
import { JudgementRunWorker } from './runs/judgement-run-worker.service.js';
import { JudgementRunner } from './runs/judgement-runner.service.js';
import { StatisticsRepository } from './statistics/statistics.repository.js';
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
import { RegistryUpdatesService } from './updates/registry-updates.service.js';
import { ViolationRepository } from './violations/violation.repository.js';
import {
  FindingResolver,
  MineViolationsResolver,
  ViolationResolver,
} from './violations/violation.resolver.js';
import { FindingType, ViolationType } from './violations/violation.type.js';
import { ViolationGrowthRepository } from './violations/violation-growth.repository.js';
import {
  ViolationDayResolver,
  ViolationGrowthResolver,
  ViolationSeriesResolver,
} from './violations/violation-growth.resolver.js';
import { ViolationGrowthService } from './violations/violation-growth.service.js';
import { ViolationDayType, ViolationGrowthType } from './violations/violation-growth.type.js';
import { ViolationLifeRepository } from './violations/violation-life.repository.js';
import { ViolationLifeResolver } from './violations/violation-life.resolver.js';
import { ViolationLifeService } from './violations/violation-life.service.js';
import { ViolationTransitionType } from './violations/violation-life.type.js';

/** What judging is done with; ports left out are the real ones. */
type JudgingDeps = Pick<SubgraphDeps, 'knex' | 'transact' | 'judge'> &
  Partial<Pick<SubgraphDeps, 'rejudgement' | 'adoption' | 'partsAtOnce'>> & {
    /** Observations that are judged in one transaction. */
    readonly partSize?: number;
  };

export function createJudgementRunner(deps: JudgingDeps): JudgementRunner {
  const {
    knex,
    transact,
    judge,
    rejudgement,
    adoption,
    partSize = OBSERVATIONS_PER_PART,
    partsAtOnce = 1,
  } = { ...createJudging(), ...deps };
  const runs = new JudgementRunRepository(knex);
  const observations = new ObservationRepository(knex);
  const work = new JudgementRunWork({
    runs,
    observations,
    policies: new TolerancePolicyRepository(knex),
    judge,
    rejudgement,
    adoption,
    partSize,
  });
  const carrier = new JudgementRunCarrier({ runs, work, transact, partSize, partsAtOnce });
  return new JudgementRunner({ runs, observations, carrier, transact, ids: systemIds, partSize });
}

/** Carries out what is queued, beside answering. */
export const createJudgementRunWorker = (deps: SubgraphDeps, log: Logger): JudgementRunWorker =>
  new JudgementRunWorker(createJudgementRunner(deps), () => createRequestContext({ log }));

export const createTolerancePolicyService = (
  { knex, transact }: Pick<SubgraphDeps, 'knex' | 'transact'>,
  runner: JudgementRunner,
): TolerancePolicyService =>
  new TolerancePolicyService({ policies: new TolerancePolicyRepository(knex), runner, transact });

export function createEnforcementService(
  deps: JudgingDeps,
  runner: JudgementRunner = createJudgementRunner(deps),
): EnforcementService {
  const { knex } = deps;
  return new EnforcementService({
    violations: new ViolationRepository(knex),
    findings: new FindingRepository(knex),
    judgements: new JudgementRepository(knex),
    statistics: new StatisticsRepository(knex),
    runs: new JudgementRunRepository(knex),
    runner,
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
    chain: new EvidenceChainRepository(knex),
    transact,
    chromium,
    hub,
  });

/** Composition root of enforcement: violations, the judgements behind them, and judging. */
export function createEnforcementSubgraph(deps: GraphDeps): Promise<Subgraph> {
  const runner = createJudgementRunner(deps);
  const service = createEnforcementService(deps, runner);
  const diffs = new JudgementDiffService(new JudgementDiffRepository(deps.knex));
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
      new JudgementRunResolver(service, diffs),
      new JudgementDiffResolver(diffs),
      new JudgementDiffEntryResolver(service),
      new TolerancePolicyResolver(createTolerancePolicyService(deps, runner)),
      new StatisticsResolver(service),
      new RegistryUpdatesResolver(updates, service),
      new ViolationLifeResolver(createViolationLifeService(deps)),
      new ViolationSeriesResolver(new ViolationGrowthService(new ViolationGrowthRepository(deps.knex))),
      new ViolationDayResolver(),
      new ViolationGrowthResolver(),
      new ViolationEvidenceResolver(new EvidenceHistoryService(new EvidenceChainRepository(deps.knex))),
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
