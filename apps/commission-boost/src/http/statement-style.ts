/** For the screen and for paper: no script, no font and no picture is fetched, so a saved page looks the same for ever. */
export const STATEMENT_STYLE = `
  :root { color-scheme: light; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --tint: #f6f8fa; }
  * { box-sizing: border-box; }
  body { margin: 0 auto; max-width: 50rem; padding: 2.5rem 1.5rem 4rem; background: #fff; color: var(--ink);
         font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
  h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; }
  h2 { margin: 2.25rem 0 .5rem; font-size: 1.05rem; }
  p { margin: .4rem 0; }
  .soft { color: var(--soft); }
  .result { margin: 1.5rem 0 0; padding: 1.1rem 1.25rem; border: 1px solid var(--line); border-radius: 8px;
            background: var(--tint); }
  .result strong { display: block; font-size: 1.9rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
  table { width: 100%; border-collapse: collapse; }
  th, td { padding: .38rem .6rem .38rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
  th { font-weight: 600; }
  tbody th { font-weight: 400; }
  thead th { color: var(--soft); font-size: .85rem; }
  .n { padding-right: 0; padding-left: .6rem; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
  tr.sum th, tr.sum td { border-bottom: 2px solid var(--ink); font-weight: 600; }
  code { font: .82em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
  pre { margin: .5rem 0; padding: .7rem .9rem; background: var(--tint); border-radius: 6px; white-space: pre-wrap; }
  @media (max-width: 36rem) { body { padding: 1.25rem 1rem 3rem; } th, td { padding-right: .4rem; } }
  @page { margin: 18mm 16mm; }
  @media print {
    body { max-width: none; padding: 0; font-size: 10pt; }
    .result, pre { background: none; border: 1px solid var(--ink); }
    h2 { break-after: avoid; }
    tr, .result, pre { break-inside: avoid; }
    thead { display: table-header-group; }
  }`;
