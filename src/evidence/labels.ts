import type { Activity, CrsClass, ObservationMethod, PermittedAreaKind } from '../vocabulary/boundaries.js';
import type {
  Attribution,
  FindingVerdict,
  PlanClass,
  ViolationKind,
  ViolationState,
} from '../vocabulary/enforcement.js';

/** The languages a report is written in. */
export type Language = 'zh' | 'en';

/** One text in both languages. */
type Label = Readonly<Record<Language, string>>;

const label = (zh: string, en: string): Label => ({ zh, en });

type Labels<K extends string> = Readonly<Record<K, Label>>;

export const KIND_LABELS: Labels<ViolationKind> = {
  MINING_OUT_OF_BOUNDS: label('越界开采', 'Mining out of bounds'),
  STRIPPING_OUT_OF_BOUNDS: label('越界剥离', 'Stripping out of bounds'),
  DUMPING_OUT_OF_BOUNDS: label('越界排土', 'Dumping out of bounds'),
  ENCROACHMENT: label('侵入相邻矿权', 'Encroachment on a neighbouring right'),
  BEYOND_DEPTH: label('超层越界（超标高）', 'Beyond the permitted elevations'),
  UNAPPROVED_SEAM: label('擅自开采未批煤层', 'Mining of an unapproved seam'),
  PROHIBITED_ZONE: label('禁采区作业', 'Work in a prohibited zone'),
  OUTSIDE_RED_LINE: label('超技术红线', 'Outside the technical red line'),
  EXPIRED_RIGHT: label('证照不在有效期', 'Right not in force'),
  UNLICENSED: label('无证开采', 'Unlicensed mining'),
};

export const VERDICT_LABELS: Labels<FindingVerdict> = {
  WITHIN_ERROR: label('误差范围内', 'Within survey error'),
  PROBABLE: label('疑似', 'Probable'),
  CONFIRMED: label('确认', 'Confirmed'),
};

export const PLAN_LABELS: Labels<PlanClass> = {
  WITHIN: label('范围内', 'Within'),
  WITHIN_ERROR: label('误差范围内', 'Within survey error'),
  PROBABLE: label('疑似超出', 'Probably outside'),
  CONFIRMED: label('确认超出', 'Outside'),
  UNLICENSED: label('无证', 'Unlicensed'),
};

export const STATE_LABELS: Labels<ViolationState> = {
  DETECTED: label('已发现', 'Detected'),
  UNDER_REVIEW: label('核查中', 'Under review'),
  CONFIRMED: label('已认定', 'Confirmed'),
  DISMISSED: label('已排除', 'Dismissed'),
  REFERRED: label('已移送', 'Referred'),
  RECTIFYING: label('整改中', 'Being rectified'),
  CLOSED: label('已销号', 'Closed'),
  AUTO_CLOSED: label('重新判定后关闭', 'Closed by a new judgement'),
  REOPENED: label('重新打开', 'Reopened'),
};

export const ACTIVITY_LABELS: Labels<Activity> = {
  EXTRACTION: label('开采', 'Extraction'),
  STRIPPING: label('剥离', 'Stripping'),
  DUMPING: label('排土', 'Dumping'),
  CONSTRUCTION: label('建设', 'Construction'),
};

export const METHOD_LABELS: Labels<ObservationMethod> = {
  SATELLITE: label('卫星遥感', 'Satellite'),
  UAV: label('无人机', 'Drone'),
  GNSS_SURVEY: label('GNSS 实测', 'GNSS survey'),
  RADAR: label('雷达', 'Radar'),
  INSPECTION: label('现场检查', 'Inspection'),
};

export const AREA_LABELS: Labels<PermittedAreaKind> = {
  MINING_RIGHT: label('矿区范围', 'Mining right'),
  STRIPPING_LAND: label('剥离用地', 'Stripping land'),
  DUMP_SITE: label('排土场', 'Dump site'),
  INDUSTRIAL_SITE: label('工业场地', 'Industrial site'),
  RED_LINE: label('技术红线', 'Technical red line'),
  PROHIBITED_ZONE: label('禁采区', 'Prohibited zone'),
};

export const ATTRIBUTION_LABELS: Labels<Attribution> = {
  GIVEN: label('由报送方指明', 'named by the provider'),
  OVERLAP: label('按重叠面积归属', 'whose areas it overlaps most'),
  SUSPECTED: label('按距离疑似归属', 'suspected, as the nearest'),
  NONE: label('无归属矿山', 'nobody’s'),
};

export const CRS_LABELS: Labels<CrsClass> = {
  EXACT: label('精确', 'exact'),
  BALLPARK: label('概略转换', 'ballpark'),
};

/** Planes of judging, as src/spatial/crs.ts names their series. */
export const PLANE_LABELS: Labels<
  'CGCS2000 3° zone without prefix' | 'WGS 84 UTM north' | 'WGS 84 UTM south'
> = {
  'CGCS2000 3° zone without prefix': label('2000 国家大地坐标系 3° 带', 'CGCS2000, 3° zone'),
  'WGS 84 UTM north': label('WGS 84 UTM 北半球', 'WGS 84, UTM north'),
  'WGS 84 UTM south': label('WGS 84 UTM 南半球', 'WGS 84, UTM south'),
};

/** What only the reason of a finding tells. */
export const REASON_LABELS: Labels<'EXPIRED' | 'NOT_YET_VALID'> = {
  EXPIRED: label('已过期', 'lapsed'),
  NOT_YET_VALID: label('尚未生效', 'not yet in force'),
};

/** What people decide so that a violation keeps its findings. */
export const DECISION_LABELS: Labels<'DISMISS' | 'CLOSE'> = {
  DISMISS: label('排除', 'Dismissed'),
  CLOSE: label('销号', 'Closed'),
};

/** The words of report and map. */
export const WORDS = {
  title: label('越界证据报告', 'Evidence report'),
  subtitle: label('采掘活动是否在许可范围之内', 'Was this activity inside what was permitted?'),
  violation: label('违法线索编号', 'Violation'),
  mine: label('矿山', 'Mine'),
  operator: label('采矿权人', 'Operator'),
  division: label('所在县区', 'County'),
  otherMine: label('相邻矿山', 'Neighbour'),
  verdict: label('判定', 'Verdict'),
  planVerdict: label('平面判定', 'In plan'),
  state: label('状态', 'State'),
  firstSeen: label('首次发现', 'First seen'),
  lastSeen: label('最近发现', 'Last seen'),
  area: label('面积', 'Area'),
  overrun: label('最大越界距离', 'Greatest overrun'),
  depthOverrun: label('超标高', 'Depth overrun'),
  volume: label('体积', 'Volume'),
  growth: label('增长速度', 'Growth'),
  overview: label('位置示意', 'Overview'),
  footprint: label('采掘活动范围（图斑）', 'Footprint observed'),
  excess: label('超出部分', 'What lies outside'),
  elsewhere: label('另案处理的超出部分', 'Outside, another violation’s'),
  otherArea: label('他人矿区范围', 'Another’s right'),
  notInForce: label('观测日不在有效期', 'Not in force that day'),
  coordinates: label('坐标转换：{0}。', 'Coordinates: {0}.'),
  meridian: label('中央经线 {0}°E', 'central meridian {0}°E'),
  north: label('北', 'N'),
  series: label('观测与判定', 'Observations and verdicts'),
  date: label('观测日期', 'Date'),
  activity: label('活动', 'Activity'),
  method: label('方式', 'Method'),
  accuracy: label('精度 σ', 'σ'),
  areas: label('判定所依据的许可范围', 'Permitted areas the verdict rests on'),
  areaKind: label('类别', 'Kind'),
  areaName: label('名称／文号', 'Name or document'),
  validity: label('有效期', 'In force'),
  version: label('版本', 'Version'),
  authority: label('批准机关', 'Authority'),
  noAreas: label('无：观测地点当日没有任何有效许可。', 'None: nothing was permitted there on that day.'),
  noLimit: label('长期', 'no end'),
  method_: label('判定方法', 'How it was judged'),
  issued: label('签发时间', 'Issued'),
  issuedBy: label('签发人', 'Issued by'),
  factsDigest: label('内容摘要 SHA-256', 'Digest of the facts (SHA-256)'),
  judgementDigest: label('判定摘要', 'Digest of the judgement'),
  history: label('处理经过', 'What was decided'),
  noHistory: label('尚未作出人工决定。', 'Nobody has decided anything yet.'),
  signature: label('核验人签名', 'Checked by'),
  signatureDate: label('日期', 'Date'),
  undisclosed: label('（不予公开）', '(not disclosed)'),
  nobody: label('无', 'none'),
  page: label('第 {0} 页，共 2 页', 'Page {0} of 2'),
  connected: label(
    '本证据包另附 {0} 次其他线索的观测：哪些发现属于本线索取决于它们。',
    'Observations of other violations in the pack, on which it depends what is this one’s: {0}.',
  ),
  decided: label(
    '{0}：线索 {1}，{2}，{3}。其发现此后不变，这是人工决定，重算时按既定事实采用。',
    '{0}: violation {1}, {2}, by {3}. It keeps its findings since. People decided so: taken as given when the verdict is reached again.',
  ),
  more: label('另有 {0} 项，见 facts 目录。', 'and {0} more: see the folder facts.'),
  policy: label(
    '容差政策第 {0} 版：不超过 {1}σ 为误差范围内，不超过 {2}σ 为疑似，超过为确认；小于 {3} m² 的碎片不计；归属半径 {4} m。',
    'Tolerance policy, version {0}: up to {1}σ is explained by survey error, up to {2}σ probable, beyond confirmed; parts under {3} m² do not count; attribution radius {4} m.',
  ),
  planeText: label(
    '叠加分析在 {0} 平面内进行，面积按椭球面计算（TD/T 1055-2019）。归属：{1}。图斑 {2} m²，其中范围内 {3} m²。引擎：{4}。',
    'Overlaid in the plane of {0}; areas on the ellipsoid (TD/T 1055-2019). The mine: {1}. Footprint {2} m², within {3} m². Engine: {4}.',
  ),
  verifyText: label(
    '任何人都可以在空数据库上重算本判定：minebound verify 本证据包.zip。包内每个文件的 SHA-256 见 manifest.json，清单由 Ed25519 签名并与前一证据包相链接。',
    'Anybody can reach this verdict again on an empty database: minebound verify <this pack>.zip. manifest.json lists the SHA-256 of every file; it is signed (Ed25519) and linked to the pack before.',
  ),
} as const satisfies Readonly<Record<string, Label>>;

/** A text with its places `{0}`, `{1}` … filled in. */
export const filled = (text: string, ...values: readonly (string | number)[]): string =>
  text.replace(/\{(\d)\}/g, (_place, index: string) => String(values[Number(index)] ?? ''));

/** The label of a value in a language; the value itself where the catalogue has none. */
export const labelOf = (labels: Readonly<Record<string, Label>>, value: string, language: Language): string =>
  labels[value]?.[language] ?? value;
