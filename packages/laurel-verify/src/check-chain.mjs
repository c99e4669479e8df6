import { linkHash, NO_HASH } from './check-seals.mjs';
import { Findings } from './findings.mjs';

const MEMBERS = ['position', 'boostId', 'version', 'digest', 'hash'];
const HASH = /^[0-9a-f]{64}$/;

/**
 * Holds a chain, a link a line, against itself, against a statement and against a hash that somebody noted earlier.
 * @param {AsyncIterable<string> | Iterable<string>} lines
 * @param {{ file?: any, head?: string }} against a statement's file that is right in itself
 */
export async function verifyChain(lines, { file, head } = {}) {
  const walk = new Walk(file, head);
  for await (const line of lines) {
    if (line.trim() === '') continue;
    walk.step(line);
    // Once it is broken every later line is, and says nothing more.
    if (walk.isBroken) break;
  }
  return walk.end();
}

class Walk {
  findings = new Findings();
  isBroken = false;
  #position = 0;
  #hash = NO_HASH;
  #file;
  #head;
  #headMet;
  #versions = new Map();

  constructor(file, head) {
    this.#file = file;
    this.#head = head;
    this.#headMet = head === undefined || head === NO_HASH;
  }

  step(line) {
    const at = `chain line ${this.#position + 1}`;
    const link = this.#read(line, at);
    if (link === undefined) return;
    const position = this.#position + 1;
    const before = this.findings.list.length;
    this.findings.same(link.position, position, `${at} /position`, 'the number of the line');
    this.findings.same(link.hash, linkHash(position, this.#hash, link.digest), `${at} /hash`, 'the SHA-256 of position, hash before it and digest');
    this.#versionsInOrder(link, at);
    this.#theStatement(link, at);
    this.isBroken = this.findings.list.length > before;
    this.#position = position;
    this.#hash = link.hash;
    this.#headMet ||= link.hash === this.#head;
  }

  end() {
    const position = this.#file?.chain.position;
    if (!this.isBroken && position > this.#position) {
      this.findings.expect(false, '/chain/position', `is ${position}, but the chain ends at ${this.#position}`);
    }
    const head = { position: this.#position, hash: this.#hash };
    if (!this.isBroken) {
      this.findings.expect(this.#headMet, '--head', 'is no hash of this chain: what you noted was written anew since');
    }
    return { findings: this.findings.list, head, latestVersion: this.#versions.get(this.#file?.statement.boostId) };
  }

  #read(line, at) {
    try {
      const link = JSON.parse(line);
      const isLink = Object.keys(link).every((name) => MEMBERS.includes(name)) && HASH.test(link.digest) && HASH.test(link.hash);
      if (isLink) return link;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    }
    this.findings.expect(false, at, 'is no link of a chain');
    this.isBroken = true;
    return undefined;
  }

  /** Whose statement a link is, a creator is told of its own alone. */
  #versionsInOrder({ boostId, version }, at) {
    if (boostId === undefined) return;
    const expected = (this.#versions.get(boostId) ?? 0) + 1;
    this.findings.same(version, expected, `${at} /version`, 'the next version of its boost');
    this.#versions.set(boostId, version);
  }

  #theStatement(link, at) {
    if (this.#file === undefined || this.#file.chain.position !== link.position) return;
    const { statement, digest, chain } = this.#file;
    this.findings.same(chain.previous, this.#hash, '/chain/previous', `the hash before ${at}`);
    this.findings.same(digest, link.digest, '/digest', `that of ${at}`);
    this.findings.same(chain.hash, link.hash, '/chain/hash', `that of ${at}`);
    if (link.boostId === undefined) return;
    this.findings.same(statement.boostId, link.boostId, '/statement/boostId', `that of ${at}`);
    this.findings.same(statement.version, link.version, '/statement/version', `that of ${at}`);
  }
}
