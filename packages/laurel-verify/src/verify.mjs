import { checkDates } from './check-dates.mjs';
import { checkEntries } from './check-entries.mjs';
import { checkFigures } from './check-figures.mjs';
import { checkSeals } from './check-seals.mjs';
import { Findings } from './findings.mjs';
import { readJson } from './read-json.mjs';
import { shapeFindings } from './shape.mjs';

export { verifyChain } from './check-chain.mjs';

/**
 * Recomputes everything that a statement's file tells from the file alone.
 * @param {string} text as it was downloaded
 */
export function verifyStatement(text) {
  const { value: file, findings: doubled } = readJson(text);
  if (file === undefined) return { findings: doubled };
  const findings = new Findings();
  findings.list.push(...doubled, ...shapeFindings(file));
  const isWhole = findings.list.length === 0;
  if (typeof file === 'object' && file !== null && typeof file.statement === 'object') checkSeals(file, findings);
  // What has another shape can not be reckoned with: the shape is the finding.
  if (isWhole) {
    checkDates(file.statement, findings);
    checkEntries(file.statement, findings);
    checkFigures(file.statement, findings);
  }
  return { findings: findings.list, file };
}
