import {
  ACTIVITY_LABELS,
  AREA_LABELS,
  filled,
  type Language,
  labelOf,
  METHOD_LABELS,
  PLAN_LABELS,
  STATE_LABELS,
  VERDICT_LABELS,
  WORDS,
} from './labels.js';
import { inForce } from './map-scene.js';
import { type Markup, markup, NOTHING } from './markup.js';
import { shown, shownArea, shownInstant, shownMetres } from './numbers.js';
import type { AreaFact, ObservationFact, PackFacts } from './pack-facts.js';

/** What fits on a page beside map and method; the files of the pack hold the rest. */
const MOST_OBSERVATIONS = 4;
const MOST_AREAS = 4;
const MOST_STEPS = 3;

/** Of each observation its verdict and the part of it that is this violation's, the last ones. */
export function observationsTable(facts: PackFacts, language: Language): Markup {
  const rows = ownObservations(facts).map((observation) => {
    const judgement = facts.judgements.find(({ observation_id }) => observation_id === observation.id);
    const findings = facts.findings.filter(
      ({ observation_id, ours }) => ours && observation_id === observation.id,
    );
    const [worst] = findings.map(({ verdict }) => verdict).sort();
    const area = findings.reduce((sum, { area_m2 }) => sum + area_m2, 0);
    const overrun = greatest(findings.map(({ overrun_m }) => overrun_m));
    const depth = greatest(findings.map(({ depth_overrun_m }) => depth_overrun_m));
    return markup`<tr><td>${shownInstant(observation.observed_at)}</td><td>${labelOf(ACTIVITY_LABELS, observation.activity, language)}</td><td>${labelOf(METHOD_LABELS, observation.method, language)}</td><td class="number">${shown(observation.sigma_m, 2)} m</td><td>${judgement ? labelOf(PLAN_LABELS, judgement.plan_verdict, language) : ''}</td><td>${worst ? labelOf(VERDICT_LABELS, worst, language) : ''}</td><td class="number">${shownArea(area)}</td><td class="number">${shownMetres(overrun ?? depth)}</td></tr>`;
  });
  const words = (key: keyof typeof WORDS): string => WORDS[key][language];
  const columns = [
    words('date'),
    words('activity'),
    words('method'),
    words('accuracy'),
    words('planVerdict'),
    words('verdict'),
    words('area'),
    words('overrun'),
  ];
  return markup`<section><h2>${words('series')}</h2>${table(columns, [3, 6, 7], rows.slice(-MOST_OBSERVATIONS))}${rest(rows.length - MOST_OBSERVATIONS, language)}</section>`;
}

/** Those that found something of this violation. */
export const ownObservations = ({ observations, findings }: PackFacts): readonly ObservationFact[] => {
  const found = new Set(findings.filter(({ ours }) => ours).map(({ observation_id }) => observation_id));
  return observations.filter(({ id }) => found.has(id));
};

/** The versions of areas that the last verdict rests on. */
export function areasTable(facts: PackFacts, observation: ObservationFact, language: Language): Markup {
  const used = facts.areas.filter(({ used_by }) => used_by.includes(observation.id));
  const words = (key: keyof typeof WORDS): string => WORDS[key][language];
  if (used.length === 0) {
    return markup`<section><h2>${words('areas')}</h2><p class="note">${words('noAreas')}</p></section>`;
  }
  const columns = [
    words('areaKind'),
    words('mine'),
    words('areaName'),
    words('validity'),
    words('area'),
    words('accuracy'),
    words('version'),
    words('authority'),
  ];
  const rows = used.map((area) => areaRow(area, facts, observation, language));
  return markup`<section><h2>${words('areas')}</h2>${table(columns, [4, 5, 6], rows.slice(0, MOST_AREAS))}${rest(rows.length - MOST_AREAS, language)}</section>`;
}

function areaRow(area: AreaFact, facts: PackFacts, observation: ObservationFact, language: Language): Markup {
  const mine = facts.mines.find(({ id }) => id === area.mine_id);
  const validity = `${area.valid_from} – ${area.valid_to ?? WORDS.noLimit[language]}`;
  const lapsed = inForce(area, observation) ? NOTHING : markup` ${WORDS.notInForce[language]}`;
  return markup`<tr><td>${labelOf(AREA_LABELS, area.kind, language)}</td><td>${mine?.code ?? WORDS.undisclosed[language]}</td><td>${[area.name, area.document_number].filter(Boolean).join(' ')}</td><td>[${validity})${lapsed}</td><td class="number">${shown(area.area_m2 / 1e6, 4)} km²</td><td class="number">${shown(area.sigma_m, 2)} m</td><td class="number">${area.version}</td><td>${area.authority}</td></tr>`;
}

/** What people and judgements decided about the violation, the last steps. */
export function historyTable({ history }: PackFacts, language: Language): Markup {
  const heading = markup`<h2>${WORDS.history[language]}</h2>`;
  if (history.length === 0)
    return markup`<section>${heading}<p class="note">${WORDS.noHistory[language]}</p></section>`;
  const rows = history.map(
    ({ from, to, by, at, note }) =>
      markup`<tr><td>${shownInstant(at)}</td><td>${labelOf(STATE_LABELS, from, language)} → ${labelOf(STATE_LABELS, to, language)}</td><td>${by}</td><td class="wide">${note ?? ''}</td></tr>`,
  );
  return markup`<section>${heading}<table><tbody>${rows.slice(-MOST_STEPS)}</tbody></table>${rest(rows.length - MOST_STEPS, language)}</section>`;
}

/** `numbers`: the columns that are set to the right. */
const table = (columns: readonly string[], numbers: readonly number[], rows: readonly Markup[]): Markup =>
  markup`<table><thead><tr>${columns.map((column, i) => markup`<th class="${numbers.includes(i) ? 'number' : ''}">${column}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;

const rest = (count: number, language: Language): Markup =>
  count > 0 ? markup`<p class="note">${filled(WORDS.more[language], count)}</p>` : NOTHING;

function greatest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
