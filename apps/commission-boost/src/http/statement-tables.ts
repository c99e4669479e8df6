import type { StatementDocument } from '../domain/statement/compose-statement.ts';
import type { Reason } from '../persistence/statement.repository.ts';
import { html, type Markup } from './html.ts';
import type { StatementFigures } from './statement-figures.ts';

export function readings(told: StatementDocument, figures: StatementFigures): Markup {
  const [start, end] = [told.activation, told.expiry];
  return html`<h2>The two readings</h2>
<table><thead><tr><th></th><th class="n">Start</th><th class="n">End</th></tr></thead><tbody>
<tr><th scope="row">Date of the file</th><td class="n">${figures.date(start.sync.businessDate)}</td><td class="n">${figures.date(end.sync.businessDate)}</td></tr>
<tr><th scope="row">The brand’s file before it</th><td class="n">${before(start.sync, figures)}</td><td class="n">${before(end.sync, figures)}</td></tr>
<tr><th scope="row">Your lifetime sales in it</th><td class="n">${figures.money(start.gmvMinor)}</td><td class="n">${figures.money(end.gmvMinor)}</td></tr>
</tbody></table>
<p class="soft">Start: sync <code>${start.sync.id}</code>, number ${start.sync.sequence}, file SHA-256 <code>${start.sync.fileSha256}</code></p>
<p class="soft">End: sync <code>${end.sync.id}</code>, number ${end.sync.sequence}, file SHA-256 <code>${end.sync.fileSha256}</code></p>`;
}

function before({ previousBusinessDate }: StatementDocument['activation']['sync'], figures: StatementFigures): string {
  return previousBusinessDate === undefined ? 'none' : figures.date(previousBusinessDate);
}

export function dayByDay(told: StatementDocument, figures: StatementFigures): Markup {
  if (told.entries.length === 0) {
    return html`<h2>Day by day</h2><p>No file between the two readings changed your sales.</p>`;
  }
  const rows = told.entries.map(
    (entry) =>
      html`<tr><th scope="row">${figures.date(entry.businessDate)}</th><td class="n">${figures.change(entry.differenceMinor)}</td><td class="n">${figures.amount(entry.gmvMinor)}</td></tr>`,
  );
  return html`<h2>Day by day</h2>
<table><thead><tr><th>File of</th><th class="n">Change, ${told.currency.code}</th><th class="n">Lifetime after it</th></tr></thead>
<tbody>${rows}<tr class="sum"><th scope="row">Together</th><td class="n">${figures.change(told.calculation.deltaMinor)}</td><td class="n">${figures.amount(told.expiry.gmvMinor)}</td></tr></tbody></table>
<p class="soft">Files that changed nothing of yours are not listed. A minus is a return.</p>`;
}

export function corrections(told: StatementDocument, figures: StatementFigures): Markup {
  if (told.corrections.length === 0) return html``;
  const { withCorrections } = told.calculation;
  const rows = told.corrections.map(
    (correction) =>
      html`<tr><th scope="row">${correction.reading === 'activation' ? 'Start' : 'End'}, file of ${figures.date(correction.businessDate)}, sync <code>${correction.syncId}</code></th><td class="n">${figures.change(correction.differenceMinor)}</td></tr>`,
  );
  return html`<h2>Corrections after a reading</h2>
<p>The brand uploaded another file for the date of a reading after it was taken. A reading never changes. With these files it would have been:</p>
<table><tbody>${rows}
<tr><th scope="row">Sold during the boost, with them</th><td class="n">${figures.money(withCorrections.deltaMinor)}</td></tr>
<tr class="sum"><th scope="row">Payout, with them</th><td class="n">${figures.money(withCorrections.payoutMinor)}</td></tr></tbody></table>
<p class="soft">The brand can act on this by setting the amount; that would be listed below.</p>`;
}

export function adjustments(told: StatementDocument, figures: StatementFigures, reasons: readonly Reason[]): Markup {
  const why = new Map(reasons.map(({ adjustment, text }) => [adjustment, text]));
  const rows = told.adjustments.map(
    ({ number, amountMinor, by, at }) =>
      html`<tr><td>${number}</td><td>${figures.instant(at)}<br><span class="soft">by ${by}</span></td><td>${why.get(number) ?? '(the reason was erased)'}</td><td class="n">${figures.amount(amountMinor)}</td></tr>`,
  );
  return html`<h2>Changes of the amount</h2>
<p>The last one counts; the calculated payout stays as it is.</p>
<table><thead><tr><th>No.</th><th>When, by whom</th><th>Why</th><th class="n">Amount, ${told.currency.code}</th></tr></thead><tbody>${rows}</tbody></table>`;
}
