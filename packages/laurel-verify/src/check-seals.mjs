import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.mjs';

export const NO_HASH = '0'.repeat(64);

/** @param {string} text @returns {string} in lower-case hex */
export function sha256(text) {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** @param {number} position @param {string} previous @param {string} digest @returns {string} */
export function linkHash(position, previous, digest) {
  return sha256(`laurel-chain/1\n${position}\n${previous}\n${digest}`);
}

/** The digest of the document, the link to the statement before it, and the digests of the reasons. */
export function checkSeals({ statement, digest, chain, reasons }, findings) {
  const text = canonicalText(statement);
  if (text === undefined) findings.expect(false, '/statement', 'has no canonical form');
  else findings.same(digest, sha256(text), '/digest', 'the SHA-256 of the statement’s canonical JSON');
  const { position, previous, hash } = chain ?? {};
  findings.same(hash, linkHash(position, previous, digest), '/chain/hash', 'the SHA-256 of position, previous hash and digest');
  findings.expect((position === 1) === (previous === NO_HASH), '/chain/previous', 'is all zeros for the first position, and for no other');
  if (Array.isArray(reasons) && Array.isArray(statement?.adjustments)) checkReasons(statement, reasons, findings);
}

function canonicalText(statement) {
  try {
    return canonicalJson(statement);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** One that was erased is not there, and nothing is lost with it but the words. */
function checkReasons({ adjustments }, reasons, findings) {
  const seen = new Set();
  for (const [index, reason] of reasons.entries()) {
    const at = `/reasons/${index}`;
    const of = adjustments.find(({ number }) => number === reason?.adjustment);
    findings.expect(of !== undefined && !seen.has(of.number), `${at}/adjustment`, 'names no adjustment of its own');
    seen.add(of?.number);
    findings.same(sha256(`${reason?.salt}:${reason?.text}`), of?.reasonDigest, at, 'the digest of this reason in the statement');
  }
}
