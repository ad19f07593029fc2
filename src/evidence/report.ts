import {
  ATTRIBUTION_LABELS,
  CRS_LABELS,
  DECISION_LABELS,
  filled,
  KIND_LABELS,
  type Language,
  labelOf,
  REASON_LABELS,
  STATE_LABELS,
  VERDICT_LABELS,
  WORDS,
} from './labels.js';
import { renderMap } from './map.js';
import { latest } from './map-scene.js';
import { type Markup, markup, NOTHING, raw } from './markup.js';
import { shown, shownArea, shownInstant, shownMetres } from './numbers.js';
import type { MineFact, PackFacts } from './pack-facts.js';
import { planeName } from './plane-name.js';
import { REPORT_STYLE } from './report-style.js';
import { areasTable, historyTable, observationsTable, ownObservations } from './report-tables.js';

/** What a report says of the pack that it is part of. */
export interface ReportIssue {
  readonly issuedAt: string;
  readonly issuedBy: string;
  readonly factsDigest: string;
}

/** The report as one HTML document: a page in Chinese, a page in English. It depends on the facts and the issue only. */
export function renderReport(facts: PackFacts, issue: ReportIssue): string {
  const title = `${WORDS.title.zh} / ${WORDS.title.en} ${facts.violation.id}`;
  const document = markup`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${raw(REPORT_STYLE)}</style>
</head>
<body>
${page(facts, issue, 'zh', 1)}
${page(facts, issue, 'en', 2)}
</body>
</html>
`;
  return document.markup;
}

function page(facts: PackFacts, issue: ReportIssue, language: Language, number: number): Markup {
  const words = (key: keyof typeof WORDS): string => WORDS[key][language];
  const { violation } = facts;
  const { observation } = latest(facts);
  return markup`<section class="page" lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<header><div><h1>${words('title')}</h1><p>${words('subtitle')}</p></div><div class="stamp">${labelOf(KIND_LABELS, violation.kind, language)}${reasonOf(facts, language)} · ${labelOf(VERDICT_LABELS, violation.verdict, language)}<span>${words('violation')} <code>${violation.id}</code></span></div></header>
${summary(facts, language)}
<figure>${renderMap(facts, [language])}</figure>
${observationsTable(facts, language)}
${areasTable(facts, observation, language)}
${historyTable(facts, language)}
${method(facts, language)}
<footer>
<div class="lines"><span>${words('signature')}</span><span>${words('signatureDate')}</span></div>
<div class="foot"><span>${words('issued')} ${shownInstant(issue.issuedAt)} · ${words('issuedBy')} ${issue.issuedBy}</span><span>${filled(words('page'), number)}</span></div>
<div class="foot"><span>${words('factsDigest')} <code>${issue.factsDigest}</code></span></div>
</footer>
</section>`;
}

function reasonOf({ violation }: PackFacts, language: Language): string {
  const reason = violation.reason;
  return reason !== null && reason in REASON_LABELS ? ` (${labelOf(REASON_LABELS, reason, language)})` : '';
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function summary(facts: PackFacts, language: Language): Markup {
  const { violation: v } = facts;
  const words = (key: keyof typeof WORDS): string => WORDS[key][language];
  const mine = facts.mines.find(({ id }) => id === v.mine_id);
  const other = facts.mines.find(({ id }) => id === v.other_mine_id);
  const { judgement } = latest(facts);
  const parts = facts.findings.filter(({ ours, judgement_id }) => ours && judgement_id === judgement.id);
  const volumes = parts.map(({ volume_m3 }) => volume_m3 ?? 0);
  // As the series of days has it: of findings that overlap, the greatest.
  const overlap = total(parts.map(({ area_m2 }) => area_m2)) * (1 - 1e-6) > v.area_m2;
  const volume = overlap ? Math.max(...volumes) : total(volumes);
  const rows: readonly (readonly [string, string] | null)[] = [
    [words('mine'), mineName(mine, v.mine_id, language)],
    [
      words('division'),
      mine?.division_name ? `${mine.division_name} ${mine.division_code ?? ''}` : words('nobody'),
    ],
    [words('operator'), mine?.operator_name ?? words('nobody')],
    [words('state'), labelOf(STATE_LABELS, v.state, language)],
    v.other_mine_id === null ? null : [words('otherMine'), mineName(other, v.other_mine_id, language)],
    [words('firstSeen'), shownInstant(v.first_observed_at)],
    [words('lastSeen'), shownInstant(v.last_observed_at)],
    [words('area'), shownArea(v.area_m2)],
    v.overrun_m === null ? null : [words('overrun'), shownMetres(v.overrun_m)],
    v.depth_overrun_m === null ? null : [words('depthOverrun'), shownMetres(v.depth_overrun_m)],
    volume > 0 ? [words('volume'), `${shown(volume, 0)} m³`] : null,
    v.growth_m2_per_day === null ? null : [words('growth'), `${shown(v.growth_m2_per_day, 1)} m²/d`],
  ];
  return markup`<dl>${rows.map((row) => (row === null ? NOTHING : markup`<dt>${row[0]}</dt><dd>${row[1]}</dd>`))}</dl>`;
}

function mineName(mine: MineFact | undefined, id: string | null, language: Language): string {
  if (id === null) return WORDS.nobody[language];
  return mine?.code == null ? WORDS.undisclosed[language] : `${mine.name ?? ''} ${mine.code}`;
}

/** How the last verdict was reached, and how anybody can reach it again. */
function method(facts: PackFacts, language: Language): Markup {
  const { judgement } = latest(facts);
  const policy = facts.policies.find(({ version }) => version === judgement.policy_version);
  const engine = Object.entries(judgement.engine)
    .sort()
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  const used = facts.areas.filter(({ used_by }) => used_by.includes(judgement.observation_id));
  const crs = used.some(({ crs_class }) => crs_class === 'BALLPARK') ? 'BALLPARK' : 'EXACT';
  return markup`<section><h2>${WORDS.method_[language]}</h2>
<p class="note">${filled(
    WORDS.planeText[language],
    planeName(judgement.judging_srid, language),
    labelOf(ATTRIBUTION_LABELS, judgement.attribution, language),
    shown(judgement.footprint_area_m2, 1),
    shown(judgement.within_area_m2, 1),
    engine,
  )} ${filled(WORDS.coordinates[language], CRS_LABELS[crs][language])}</p>
${
  policy
    ? markup`<p class="note">${filled(
        WORDS.policy[language],
        policy.version,
        policy.k_probable,
        policy.k_confirmed,
        policy.min_area_m2,
        policy.attribution_radius_m,
      )}</p>`
    : NOTHING
}${membership(facts, language)}
<p class="note">${WORDS.verifyText[language]} ${WORDS.judgementDigest[language]} <code>${judgement.digest}</code></p></section>`;
}

/** On what else than its own findings it depends which findings are the violation's; nothing, for most. */
function membership(facts: PackFacts, language: Language): Markup {
  const others = facts.observations.length - ownObservations(facts).length;
  const lines = [
    ...(others > 0 ? [filled(WORDS.connected[language], others)] : []),
    ...facts.decisions.map(({ violation_id, action, at, by }) =>
      filled(
        WORDS.decided[language],
        labelOf(DECISION_LABELS, action, language),
        violation_id,
        shownInstant(at),
        by,
      ),
    ),
  ];
  return lines.length === 0 ? NOTHING : markup`\n${lines.map((line) => markup`<p class="note">${line}</p>`)}`;
}
