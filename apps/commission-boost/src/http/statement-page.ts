import type { StatementDocument } from '../domain/statement/compose-statement.ts';
import type { Reason } from '../persistence/statement.repository.ts';
import type { ToldStatement } from '../use-cases/read-statements.ts';
import { markup, Markup } from './markup.ts';
import { StatementFigures } from './statement-figures.ts';
import { adjustments, corrections, dayByDay, readings } from './statement-tables.ts';
import { STATEMENT_STYLE } from './statement-style.ts';

/** A statement for people: what is paid, how it came about, and how to check it without believing anybody. */
export function statementPage(statement: ToldStatement): string {
  const told = JSON.parse(statement.document) as StatementDocument;
  const figures = new StatementFigures(told);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Statement of boost ${told.boostId}, version ${told.version}</title>
<style>${new Markup(STATEMENT_STYLE)}</style>
</head>
<body>
<main>
<h1>Statement of a commission boost</h1>
<p class="soft">Boost <code>${told.boostId}</code><br>Version ${told.version}, issued ${figures.instant(told.issuedAt)}</p>
${result(told, figures)}
${calculation(told, figures)}
${terms(told, figures)}
${readings(told, figures)}
${dayByDay(told, figures)}
${corrections(told, figures)}
${changes(told, figures, statement.reasons)}
${payment(told, figures)}
${check(statement, told)}
</main>
</body>
</html>
`.text;
}

function result(told: StatementDocument, figures: StatementFigures): Markup {
  const [paid] = told.payments;
  const state =
    paid === undefined
      ? markup`Not paid yet. It can be paid from ${figures.date(told.expiry.payableFrom)} on, once payment details are given.`
      : markup`Paid on ${figures.instant(paid.paidAt)}, transaction <code>${paid.transactionId}</code>.`;
  return markup`<div class="result">Payout<strong>${figures.money(told.amounts.finalMinor)}</strong><span>${state}</span></div>`;
}

function calculation(told: StatementDocument, figures: StatementFigures): Markup {
  const { calculation: of, terms: agreed, activation, expiry } = told;
  const last = told.adjustments.at(-1);
  const exact = figures.exactShare(of.payableMinor, agreed.rateBps);
  const steps = [
    row(
      `Lifetime sales when the boost ended (file of ${figures.date(expiry.sync.businessDate)})`,
      figures.amount(expiry.gmvMinor),
    ),
    row(
      `less lifetime sales when it began (file of ${figures.date(activation.sync.businessDate)})`,
      figures.amount(activation.gmvMinor),
    ),
    row('Sold during the boost, returns taken off', figures.amount(of.deltaMinor), true),
    ...(of.deltaMinor === of.payableMinor
      ? []
      : [row('Returns outweighed sales; what counts is never below', figures.amount('0'))]),
    row(`times the rate of ${figures.percent(agreed.rateBps)}`, exact),
    row('Calculated payout, rounded once (half a unit counts up)', figures.money(of.payoutMinor), true),
    ...(last === undefined
      ? []
      : [row(`Amount set instead by the brand (change ${last.number}, below)`, figures.money(last.amountMinor), true)]),
  ];
  return markup`<h2>How the amount comes about</h2><table><tbody>${steps}</tbody></table>
<p class="soft">Sales are the lifetime GMV of all your videos, net of returns, as in the files that the brand exports from TikTok Shop and uploads. Corrections that the brand makes by hand for its tier programme do not count here, neither up nor down.</p>`;
}

function terms(told: StatementDocument, figures: StatementFigures): Markup {
  const { terms: agreed, expiry, activation } = told;
  return markup`<h2>What was agreed when it was claimed</h2><table><tbody>${[
    row('Claimed on', figures.date(agreed.claimedOn)),
    row('Rate of this boost', figures.percent(agreed.rateBps)),
    row('Commission of your tier, paid by TikTok and not part of this', figures.percent(agreed.tierCommissionRateBps)),
    row('Wanted start', figures.date(agreed.scheduledDate)),
    row(
      activation.waitedFor === undefined
        ? `Began with the first file of that date or later, ${agreed.timezone}`
        : `Began with the file that ended your boost before it, ${activation.waitedFor.boostId}, ${agreed.timezone}`,
      figures.date(activation.sync.businessDate),
    ),
    row(
      `Ended after ${agreed.durationDays} days, with the first file of`,
      `${figures.date(expiry.expiryDate)} or later`,
    ),
    row(
      `Payable ${agreed.clearingDays} days after the end, since returns come in late`,
      figures.date(expiry.payableFrom),
    ),
  ]}</tbody></table>`;
}

function changes(told: StatementDocument, figures: StatementFigures, reasons: readonly Reason[]): Markup {
  return told.adjustments.length === 0 ? markup`` : adjustments(told, figures, reasons);
}

function payment(told: StatementDocument, figures: StatementFigures): Markup {
  const [paid] = told.payments;
  if (paid === undefined) return markup``;
  return markup`<h2>Payment</h2><table><tbody>${[
    row('Amount', figures.money(paid.amountMinor)),
    row('Transaction', paid.transactionId === 'zero' ? 'none: the amount is 0' : paid.transactionId),
    row('Booked by', paid.by),
    row('Booked on', figures.instant(paid.paidAt)),
    ...(paid.holdOverridden ? [row('Paid before', figures.date(told.expiry.payableFrom))] : []),
  ]}</tbody></table>`;
}

function check(statement: ToldStatement, told: StatementDocument): Markup {
  return markup`<h2>Check it yourself</h2>
<p>Every figure above stands in a document that anybody can recompute, without us and without a network. Ask for the same address with <code>Accept: application/json</code>, keep the answer as <code>statement.json</code>, then:</p>
<pre><code>npx laurel-verify statement.json</code></pre>
<p>Statements of the brand are chained: each holds the hash of the one before it. Note position and hash today; whoever changes a statement later changes every hash after it.</p>
<table><tbody>
<tr><th>Formula</th><td><code>${told.calculation.formula}</code></td></tr>
<tr><th>Digest (SHA-256)</th><td><code>${statement.digest}</code></td></tr>
<tr><th>Position in the chain</th><td>${statement.position}</td></tr>
<tr><th>Hash</th><td><code>${statement.hash}</code></td></tr>
<tr><th>Hash before it</th><td><code>${statement.previous}</code></td></tr>
<tr><th>Ids</th><td>client <code>${told.clientId}</code><br>creator <code>${told.creatorId}</code><br>redemption <code>${told.redemptionId}</code></td></tr>
</tbody></table>`;
}

function row(what: string, figure: string, isSum = false): Markup {
  return markup`<tr${isSum ? markup` class="sum"` : markup``}><th scope="row">${what}</th><td class="n">${figure}</td></tr>`;
}
