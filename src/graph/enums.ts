import { registerEnumType } from 'type-graphql';
import { Activity, CrsClass, ObservationMethod, PermittedAreaKind } from '../vocabulary/boundaries.js';
import {
  Attribution,
  DepthClass,
  FindingVerdict,
  PlanClass,
  VerdictClass,
  ViolationKind,
  ViolationState,
} from '../vocabulary/enforcement.js';
import { AreaConvention, FindingSeverity, IntakeEncoding, IntakeFormat } from '../vocabulary/intake.js';
import { LicenceKind, LicenceStatus } from '../vocabulary/licences.js';
import { DivisionLevel, MineScale, MineStatus, MiningMethod, ResourceKind } from '../vocabulary/registry.js';
import { RejudgementKind, ViolationChange } from '../vocabulary/rejudgement.js';
import { LicenceChange, PermittedAreaChange } from '../vocabulary/versions.js';
import { ReviewDecision, ViolationAction } from '../vocabulary/violation-life.js';

/** Gives the vocabulary its names in the graph. A subgraph shows only those that it uses. */
const ENUMS = {
  Activity,
  AreaConvention,
  Attribution,
  CrsClass,
  DepthClass,
  DivisionLevel,
  FindingSeverity,
  FindingVerdict,
  IntakeEncoding,
  IntakeFormat,
  LicenceChange,
  LicenceKind,
  LicenceStatus,
  MineScale,
  MineStatus,
  MiningMethod,
  ObservationMethod,
  PermittedAreaChange,
  PermittedAreaKind,
  PlanClass,
  RejudgementKind,
  ResourceKind,
  ReviewDecision,
  VerdictClass,
  ViolationAction,
  ViolationChange,
  ViolationKind,
  ViolationState,
};

for (const [name, values] of Object.entries(ENUMS)) registerEnumType(values, { name });
