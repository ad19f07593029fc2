import { createJudging } from '../../judgement/judging.js';
import { OBSERVATIONS_PER_PART } from '../../judgement/run-parts.js';
import { createRequestContext } from '../../platform/context.js';
import { systemIds } from '../../platform/ids.js';
import { Lapse } from '../../platform/lapse.js';
import type { Logger } from '../../platform/logging.js';
import { unchangingPrincipals } from '../../platform/principal-source.js';
import type { GraphDeps, SubgraphDeps } from '../deps.js';
import { EnforcementService } from './enforcement.service.js';
import { EvidenceRepository } from './evidence/evidence.repository.js';
import { EvidenceService } from './evidence/evidence.service.js';
import { EvidenceChainRepository } from './evidence/evidence-chain.repository.js';
import { EvidenceHistoryService } from './evidence/evidence-history.service.js';
import { FindingRepository } from './judgements/finding.repository.js';
import { JudgementRepository } from './judgements/judgement.repository.js';
import { JudgementDiffRepository } from './judgements/judgement-diff.repository.js';
import { JudgementDiffService } from './judgements/judgement-diff.service.js';
import { ObservationRepository } from './observation.repository.js';
import { TolerancePolicyRepository } from './policies/tolerance-policy.repository.js';
import { TolerancePolicyService } from './policies/tolerance-policy.service.js';
import { JudgementRunRepository } from './runs/judgement-run.repository.js';
import { JudgementRunCarrier } from './runs/judgement-run-carrier.service.js';
import { JudgementRunWork } from './runs/judgement-run-work.service.js';
import { JudgementRunWorker } from './runs/judgement-run-worker.service.js';
import { JudgementRunner } from './runs/judgement-runner.service.js';
import { StatisticsRepository } from './statistics/statistics.repository.js';
import { RegistryUpdatesService } from './updates/registry-updates.service.js';
import { ViolationRepository } from './violations/violation.repository.js';
import { ViolationGrowthRepository } from './violations/violation-growth.repository.js';
import { ViolationGrowthService } from './violations/violation-growth.service.js';
import { ViolationLifeRepository } from './violations/violation-life.repository.js';
import { ViolationLifeService } from './violations/violation-life.service.js';
import { VisibilityRepository } from './visibility.repository.js';

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
    rejudgement,
    adoption,
    partSize = OBSERVATIONS_PER_PART,
    partsAtOnce = 1,
  } = { ...createJudging(), ...deps };
  const runs = new JudgementRunRepository(knex);
  const observations = new ObservationRepository(knex);
  const work = new JudgementRunWork({
    runs,
    policies: new TolerancePolicyRepository(knex),
    rejudgement,
    adoption,
    partSize,
  });
  const carrier = new JudgementRunCarrier({ runs, work, transact, partSize, partsAtOnce });
  return new JudgementRunner({ runs, observations, carrier, transact, ids: systemIds, partSize });
}

/** Carries out what is queued, beside answering. */
export const createJudgementRunWorker = (deps: SubgraphDeps, log: Logger): JudgementRunWorker =>
  new JudgementRunWorker(
    createJudgementRunner(deps),
    () => createRequestContext({ log }),
    new Lapse(log, 'a queued judgement run failed'),
  );

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
    visibility: new VisibilityRepository(knex),
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

export const createEvidenceHistoryService = ({ knex }: Pick<SubgraphDeps, 'knex'>): EvidenceHistoryService =>
  new EvidenceHistoryService(new EvidenceChainRepository(knex));

export const createJudgementDiffService = ({ knex }: Pick<SubgraphDeps, 'knex'>): JudgementDiffService =>
  new JudgementDiffService(new JudgementDiffRepository(knex), new VisibilityRepository(knex));

export const createViolationGrowthService = ({ knex }: Pick<SubgraphDeps, 'knex'>): ViolationGrowthService =>
  new ViolationGrowthService(new ViolationGrowthRepository(knex));

export const createRegistryUpdatesService = ({ events }: Pick<GraphDeps, 'events'>): RegistryUpdatesService =>
  new RegistryUpdatesService({
    feed: events.feed,
    cursors: () => events.cursors(),
    principals: unchangingPrincipals,
    heartbeatMs: events.heartbeatMs,
  });
