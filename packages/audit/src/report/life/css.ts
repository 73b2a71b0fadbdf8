/** Style of the picture of the session's life: a part of `reportCss`. */
export const lifeCss = `
.lk-report .lk-life { margin: 0; padding: 1.1rem 1.35rem 1.15rem; background: var(--lk-card); border: 1px solid var(--lk-line); border-radius: 0.6rem; }
.lk-report .lk-life svg { display: block; width: 100%; height: auto; overflow: visible; }
.lk-report .lk-life .lk-tall { display: none; max-width: 22rem; margin: 0 auto; }
.lk-report .lk-life text { font: 600 12px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; fill: var(--lk-text); text-anchor: middle; }
.lk-report .lk-life .lk-lane { fill: var(--lk-soft); font-weight: 500; font-size: 13px; text-anchor: start; }
.lk-report .lk-life .lk-middle { text-anchor: middle; font-size: 12px; }
.lk-report .lk-life .lk-track { stroke: var(--lk-line); }
.lk-report .lk-life .lk-way { fill: none; stroke: var(--lk-soft); stroke-width: 1.5; stroke-linejoin: round; }
.lk-report .lk-life .lk-m :is(circle, path) { fill: var(--lk-card); stroke: var(--lk-soft); stroke-width: 1.5; }
.lk-report .lk-life .lk-m-good :is(circle, path) { stroke: var(--lk-pass); stroke-width: 2; }
.lk-report .lk-life .lk-m-bad :is(circle, path) { fill: var(--lk-high); stroke: var(--lk-high); }
.lk-report .lk-life .lk-m-bad text { fill: var(--lk-card); }
.lk-report .lk-life .lk-m-unclear :is(circle, path) { stroke: var(--lk-inconclusive); stroke-dasharray: 3 2; stroke-width: 2; }
.lk-report .lk-moments { counter-reset: lk-moment; list-style: none; columns: 24rem 2; column-gap: 2rem; margin: 1rem 0 0; padding: 0; font-size: 0.875rem; }
.lk-report .lk-moments li { --lk-tone: var(--lk-soft); counter-increment: lk-moment; position: relative; break-inside: avoid; padding: 0.15rem 0 0.15rem 3.1rem; }
.lk-report .lk-moments li::before { content: counter(lk-moment) "\\2002\\00b7"; position: absolute; left: 0; width: 2.7rem; color: var(--lk-tone); font-weight: 600; font-variant-numeric: tabular-nums; }
.lk-report .lk-moments .lk-m-good { --lk-tone: var(--lk-pass); }
.lk-report .lk-moments .lk-m-good::before { content: counter(lk-moment) "\\2002\\2713"; }
.lk-report .lk-moments .lk-m-bad { --lk-tone: var(--lk-high); font-weight: 600; }
.lk-report .lk-moments .lk-m-bad::before { content: counter(lk-moment) "\\2002\\2717"; }
.lk-report .lk-moments .lk-m-unclear { --lk-tone: var(--lk-inconclusive); }
.lk-report .lk-moments .lk-m-unclear::before { content: counter(lk-moment) "\\2002?"; }
.lk-report .lk-moments a { color: inherit; text-decoration-color: color-mix(in srgb, currentColor 35%, transparent); text-underline-offset: 0.2em; }
.lk-report .lk-in { color: var(--lk-soft); font-weight: 400; font-size: 0.8125rem; white-space: nowrap; }
@media (max-width: 40rem) {
  .lk-report .lk-life .lk-wide { display: none; }
  .lk-report .lk-life .lk-tall { display: block; }
}
`
