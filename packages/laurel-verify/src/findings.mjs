/** What is wrong, and where: a JSON pointer (RFC 6901) into the file, and a sentence that goes on from it. */
export class Findings {
  /** @type {{ pointer: string, message: string }[]} */
  list = [];

  /** @param {boolean} holds @param {string} pointer @param {string} message told unless it holds */
  expect(holds, pointer, message) {
    if (!holds) this.list.push({ pointer, message });
  }

  /** @param {unknown} told @param {unknown} recomputed @param {string} pointer @param {string} how it was recomputed */
  same(told, recomputed, pointer, how) {
    this.expect(told === String(recomputed) || told === recomputed, pointer, `is ${told}, but ${how} is ${recomputed}`);
  }
}
