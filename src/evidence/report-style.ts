import { FONTS } from './map-style.js';

/**
 * Two A4 pages, for the screen and for the printer; nothing is loaded from elsewhere. Every row of a table is one line and
 * the map gives way, so that a page is never more than a page.
 */
export const REPORT_STYLE = `
@page { size: A4; margin: 0; }
* { box-sizing: border-box; }
body { margin: 0; background: #cfd8dc; color: #212121; font: 9pt/1.35 ${FONTS}; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.page { width: 210mm; height: 297mm; padding: 11mm 14mm 9mm; margin: 6mm auto; background: #fff; overflow: hidden; display: flex; flex-direction: column; gap: 2.6mm; }
@media print { body { background: #fff; } .page { margin: 0; break-after: page; } .page:last-child { break-after: auto; } }
header { display: flex; justify-content: space-between; align-items: flex-end; border-bottom: 0.7mm solid #14487f; padding-bottom: 1.6mm; }
h1 { font-size: 17pt; line-height: 1.1; margin: 0; color: #14487f; }
header p { margin: 0.6mm 0 0; color: #546e7a; }
header .stamp { text-align: right; font-weight: bold; font-size: 12pt; color: #b71c1c; }
header .stamp span { display: block; font-size: 9pt; font-weight: normal; color: #212121; }
h2 { font-size: 10.5pt; margin: 0 0 0.8mm; color: #14487f; }
dl { display: grid; grid-template-columns: 24mm minmax(0, 1fr) 24mm minmax(0, 1fr); gap: 0.6mm 2mm; margin: 0; }
dt { color: #546e7a; } dd { margin: 0; font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.page > * { flex: none; }
.page > figure { margin: 0; border: 0.2mm solid #b0bec5; flex: 0 1 113mm; min-height: 60mm; }
figure svg { display: block; width: 100%; height: 100%; }
table { border-collapse: collapse; width: 100%; font-size: 8pt; }
th, td { border-bottom: 0.2mm solid #cfd8dc; padding: 0.5mm 1mm; text-align: left; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 32mm; }
td.wide { max-width: 80mm; }
th { background: #eceff1; font-weight: 600; }
th.number { text-align: right; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.note { margin: 0.6mm 0 0; color: #455a64; font-size: 8pt; }
code { font-family: 'Liberation Mono', Menlo, Consolas, monospace; font-size: 7.2pt; overflow-wrap: anywhere; }
footer { margin-top: auto; display: grid; gap: 1.2mm; }
footer .lines { display: flex; gap: 8mm; } footer .lines span { flex: 1; border-bottom: 0.2mm solid #212121; height: 8mm; display: flex; align-items: flex-end; }
footer .foot { display: flex; justify-content: space-between; color: #546e7a; font-size: 8pt; }
`;
