import { lifeCss } from '../life/css.ts'

/**
 * Style of the report fragment, for a style sheet of the page it is embedded in. Every rule is below
 * `.lk-report`; colours follow the page's `color-scheme`, which also decides between light and dark.
 */
export const reportCss = `
.lk-report {
  --lk-text: light-dark(#1b212b, #e4e8ee);
  --lk-soft: light-dark(#566172, #99a4b5);
  --lk-line: light-dark(#dfe3ea, #2a313c);
  --lk-card: light-dark(#ffffff, #161b22);
  --lk-sunk: light-dark(#f3f5f8, #0f141a);
  --lk-link: light-dark(#0b57c9, #7db4ff);
  --lk-critical: light-dark(#a10d3c, #ff7a9c);
  --lk-high: light-dark(#c02a1c, #ff8474);
  --lk-medium: light-dark(#9a5b00, #f2b04b);
  --lk-low: light-dark(#14688f, #63c1ea);
  --lk-info: light-dark(#566172, #99a4b5);
  --lk-pass: light-dark(#1a7a4c, #55cf93);
  --lk-inconclusive: light-dark(#7440b0, #c59bf5);
  --lk-skipped: light-dark(#6b7585, #8590a1);
  color: var(--lk-text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
  text-wrap: pretty;
}
.lk-report *, .lk-report *::before { box-sizing: border-box; }
.lk-report :is(h1, h2, h3, p, ul, dl, dd, pre, table) { margin: 0; }
.lk-report ul { padding: 0; list-style: none; }
.lk-report code { font: 0.9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.lk-report :is(a, summary):focus-visible { outline: 2px solid var(--lk-link); outline-offset: 2px; }
.lk-report .lk-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

.lk-report.lk-title { margin-bottom: 1.5rem; }
.lk-report .lk-eyebrow { color: var(--lk-soft); font-size: 0.8rem; font-weight: 600; letter-spacing: 0.08em; text-transform: uppercase; }
.lk-report.lk-title h1 { font-size: clamp(1.35rem, 4.5vw, 1.9rem); line-height: 1.25; letter-spacing: -0.015em; margin: 0.15rem 0 0.3rem; }
.lk-report .lk-when { color: var(--lk-soft); font-size: 0.875rem; }

.lk-report .lk-signed-in { margin-bottom: 1rem; font-size: 0.95rem; }
.lk-report .lk-summary { --lk-tone: var(--lk-pass); background: var(--lk-card); border: 1px solid var(--lk-line); border-top: 4px solid var(--lk-tone); border-radius: 0.75rem; padding: 1.35rem 1.5rem 1.5rem; }
.lk-report .lk-worst-critical { --lk-tone: var(--lk-critical); }
.lk-report .lk-worst-high { --lk-tone: var(--lk-high); }
.lk-report .lk-worst-medium { --lk-tone: var(--lk-medium); }
.lk-report .lk-worst-low { --lk-tone: var(--lk-low); }
.lk-report .lk-worst-info { --lk-tone: var(--lk-info); }
.lk-report .lk-outcome { color: var(--lk-tone); font-size: 1.35rem; line-height: 1.3; letter-spacing: -0.01em; }
.lk-report .lk-counts { display: grid; grid-template-columns: repeat(4, 1fr); gap: 0.75rem; margin-top: 1rem; }
.lk-report .lk-count { color: var(--lk-soft); font-size: 0.875rem; line-height: 1.35; background: var(--lk-sunk); border-radius: 0.5rem; padding: 0.6rem 0.8rem; }
.lk-report .lk-count b { display: block; color: var(--lk-tone); font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.lk-report .lk-count.lk-fail { --lk-tone: var(--lk-high); }
.lk-report .lk-count.lk-inconclusive { --lk-tone: var(--lk-inconclusive); }
.lk-report .lk-count.lk-pass { --lk-tone: var(--lk-pass); }
.lk-report .lk-count.lk-skipped, .lk-report .lk-count.lk-zero { --lk-tone: var(--lk-soft); }
.lk-report .lk-glance { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.lk-report .lk-chip { display: inline-flex; align-items: center; gap: 0.45rem; padding: 0.15rem 0.7rem 0.15rem 0.55rem; border: 1px solid var(--lk-line); border-radius: 99px; color: var(--lk-text); font-size: 0.8125rem; text-decoration: none; }
.lk-report .lk-chip:hover { border-color: var(--lk-soft); }
.lk-report .lk-chip::before { content: ""; flex: none; width: 0.55rem; height: 0.55rem; border-radius: 50%; background: var(--lk-tone); }
.lk-report .lk-is-critical { --lk-tone: var(--lk-critical); }
.lk-report .lk-is-high { --lk-tone: var(--lk-high); }
.lk-report .lk-is-medium { --lk-tone: var(--lk-medium); }
.lk-report .lk-is-low { --lk-tone: var(--lk-low); }
.lk-report .lk-is-info { --lk-tone: var(--lk-info); }
.lk-report .lk-is-pass { --lk-tone: var(--lk-pass); }
.lk-report .lk-is-inconclusive { --lk-tone: var(--lk-inconclusive); }
.lk-report .lk-is-skipped { --lk-tone: var(--lk-skipped); color: var(--lk-soft); }
.lk-report .lk-chip.lk-is-skipped::before, .lk-report .lk-chip.lk-is-inconclusive::before { background: none; border: 2px solid var(--lk-tone); }
.lk-report :is(.lk-is-critical, .lk-is-high, .lk-is-medium, .lk-is-low, .lk-is-info) { border-color: color-mix(in srgb, var(--lk-tone) 45%, transparent); background: color-mix(in srgb, var(--lk-tone) 9%, transparent); font-weight: 600; }
.lk-report .lk-facts { display: grid; gap: 0.3rem; margin-top: 1.25rem; padding-top: 1rem; border-top: 1px solid var(--lk-line); font-size: 0.9rem; }
.lk-report .lk-facts div { display: grid; grid-template-columns: 10rem 1fr; gap: 0.75rem; }
.lk-report .lk-facts dt { color: var(--lk-soft); }

.lk-report .lk-group { margin-top: 2.25rem; }
.lk-report .lk-group > h2 { font-size: 1.05rem; margin-bottom: 0.75rem; }
.lk-report .lk-card { --lk-tone: var(--lk-info); background: var(--lk-card); border: 1px solid var(--lk-line); border-left: 4px solid var(--lk-tone); border-radius: 0.6rem; padding: 1.1rem 1.35rem 1.15rem; margin-bottom: 1rem; scroll-margin-top: 1rem; }
.lk-report .lk-sev-critical { --lk-tone: var(--lk-critical); }
.lk-report .lk-sev-high { --lk-tone: var(--lk-high); }
.lk-report .lk-sev-medium { --lk-tone: var(--lk-medium); }
.lk-report .lk-sev-low { --lk-tone: var(--lk-low); }
.lk-report .lk-card > header { display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem 0.7rem; }
.lk-report .lk-card h3 { font-size: 1.05rem; line-height: 1.4; }
.lk-report .lk-badge { color: var(--lk-tone); background: color-mix(in srgb, var(--lk-tone) 12%, transparent); border-radius: 0.35rem; padding: 0.1rem 0.5rem; font-size: 0.75rem; font-weight: 700; letter-spacing: 0.05em; text-transform: uppercase; }
.lk-report .lk-refs { margin-left: auto; display: flex; flex-wrap: wrap; gap: 0.1rem 0.75rem; color: var(--lk-soft); font-size: 0.78rem; overflow-wrap: normal; }
.lk-report .lk-finding { margin-top: 0.75rem; }
.lk-report .lk-finding + .lk-finding { margin-top: 1.1rem; padding-top: 1rem; border-top: 1px dashed var(--lk-line); }
.lk-report .lk-where { color: var(--lk-soft); font-size: 0.875rem; }
.lk-report .lk-other { margin-left: 0.5rem; font-weight: 600; }
.lk-report .lk-risk { margin-top: 0.6rem; font-size: 1.02rem; max-width: 68ch; }
.lk-report .lk-seen { margin-top: 0.15rem; max-width: 68ch; }
.lk-report .lk-fix { margin-top: 0.75rem; padding: 0.7rem 0.95rem; background: var(--lk-sunk); border-radius: 0.5rem; font-size: 0.925rem; }
.lk-report .lk-fix b { margin-right: 0.4rem; }
.lk-report .lk-fix code, .lk-report .lk-reason code { background: light-dark(#e6eaf0, #222a35); border-radius: 0.25rem; padding: 0.05em 0.3em; }
.lk-report .lk-own { margin-top: 0.45rem; }

.lk-report .lk-quiet { --lk-tone: var(--lk-skipped); padding: 0.8rem 0 0.85rem 1.75rem; border-top: 1px solid var(--lk-line); position: relative; scroll-margin-top: 1rem; }
.lk-report .lk-quiet.lk-pass { --lk-tone: var(--lk-pass); }
.lk-report .lk-quiet.lk-inconclusive { --lk-tone: var(--lk-inconclusive); }
.lk-report .lk-quiet h3 { font-size: 1rem; font-weight: 600; }
.lk-report .lk-quiet > :is(h3, p) .lk-mark { position: absolute; left: 0; top: 0.8rem; }
.lk-report .lk-mark::before { color: var(--lk-tone); font-weight: 700; }
.lk-report .lk-pass .lk-mark::before, .lk-report .lk-held .lk-mark::before { content: "\\2713"; }
.lk-report .lk-inconclusive > :is(h3, p) .lk-mark::before { content: "?"; margin-left: 0.15rem; }
.lk-report .lk-skipped .lk-mark::before { content: "\\2013"; margin-left: 0.1rem; }
.lk-report .lk-reason { color: var(--lk-soft); font-size: 0.925rem; max-width: 75ch; }

.lk-report .lk-shared { margin-top: 0.35rem; columns: 24rem 2; }
.lk-report .lk-shared li { padding: 0.15rem 0; scroll-margin-top: 1rem; }

.lk-report .lk-evidence { margin-top: 0.75rem; font-size: 0.875rem; }
.lk-report .lk-evidence summary { display: inline-block; color: var(--lk-link); cursor: pointer; border-radius: 0.25rem; padding: 0.2rem 0; }
.lk-report .lk-evidence summary::before { content: "\\25B8"; display: inline-block; width: 1rem; }
.lk-report .lk-evidence[open] summary::before { content: "\\25BE"; }
.lk-report .lk-controls caption { caption-side: top; text-align: left; color: var(--lk-soft); padding: 0.25rem 0 0.35rem; max-width: 75ch; }
.lk-report .lk-again { color: var(--lk-soft); margin-top: 0.6rem; max-width: 75ch; }
.lk-report .lk-steps { margin: 0; padding: 0; list-style: none; }
.lk-report .lk-controls { width: 100%; margin: 0.5rem 0 0.75rem; border-collapse: collapse; text-align: left; }
.lk-report .lk-controls :is(th, td) { padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid var(--lk-line); vertical-align: top; }
.lk-report .lk-controls thead th { color: var(--lk-soft); font-weight: 500; }
.lk-report .lk-controls tbody th { font-weight: 400; }
.lk-report .lk-controls .lk-mark { display: inline-block; width: 1.25rem; }
.lk-report .lk-held { --lk-tone: var(--lk-pass); }
.lk-report .lk-broken { --lk-tone: var(--lk-high); }
.lk-report .lk-broken .lk-mark::before { content: "\\2717"; }
.lk-report .lk-broken td { color: var(--lk-tone); font-weight: 600; }
.lk-report .lk-request { margin-top: 0.6rem; }
.lk-report .lk-request p { color: var(--lk-soft); }
.lk-report pre { margin-top: 0.2rem; padding: 0.6rem 0.8rem; background: var(--lk-sunk); border: 1px solid var(--lk-line); border-radius: 0.4rem; overflow-x: auto; }
.lk-report pre code { white-space: pre-wrap; }

@media (max-width: 40rem) {
  .lk-report .lk-summary { padding: 1.1rem 1rem 1.15rem; }
  .lk-report .lk-counts { grid-template-columns: repeat(2, 1fr); gap: 0.4rem; }
  .lk-report .lk-count { display: flex; align-items: baseline; gap: 0.5rem; padding: 0.4rem 0.75rem; }
  .lk-report .lk-count b { font-size: 1.2rem; }
  .lk-report .lk-facts div { grid-template-columns: 1fr; gap: 0; }
  .lk-report .lk-facts { gap: 0.6rem; }
  .lk-report .lk-card { padding: 0.95rem 1rem 1rem; }
  .lk-report .lk-refs { margin-left: 0; width: 100%; }
  .lk-report .lk-chip { padding-block: 0.3rem; }
  .lk-report .lk-controls thead { display: none; }
  .lk-report .lk-controls :is(tr, th, td) { display: block; }
  .lk-report .lk-controls :is(th, td) { border: 0; padding: 0.1rem 0; }
  .lk-report .lk-controls td { padding-left: 1.25rem; }
  .lk-report .lk-controls td::before { content: attr(data-label) ": "; color: var(--lk-soft); font-weight: 400; }
  .lk-report .lk-controls tr { padding: 0.35rem 0; border-bottom: 1px solid var(--lk-line); }
}
@media print {
  .lk-report :is(.lk-card, .lk-quiet, .lk-summary) { break-inside: avoid; }
  .lk-report .lk-group > h2 { break-after: avoid; }
  .lk-report .lk-evidence::details-content { content-visibility: visible; block-size: auto; }
}
${lifeCss}`
