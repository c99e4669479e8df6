import type { ChainLink } from '../persistence/statement.repository.ts';
import type { ToldStatement } from '../use-cases/read-statements.ts';

/**
 * The file that `laurel-verify` takes. The document goes out byte for byte as it was sealed, so that nothing between here
 * and there can have written a figure another way.
 */
export function statementFile({ document, digest, position, previous, hash, reasons }: ToldStatement): string {
  const beside = JSON.stringify({ digest, chain: { position, previous, hash }, reasons });
  return `{"statement":${document},${beside.slice(1)}\n`;
}

/**
 * A link a line. A creator can check the whole chain and find its own statements in it; whose the others are is not its
 * business, and the hashes do not need it.
 */
export async function* chainLines(
  pages: AsyncIterable<readonly ChainLink[]>,
  isShown: (link: ChainLink) => boolean,
): AsyncGenerator<string> {
  for await (const links of pages) {
    yield links
      .map((link) => {
        const { position, boostId, version, digest, hash } = link;
        const line = isShown(link) ? { position, boostId, version, digest, hash } : { position, digest, hash };
        return `${JSON.stringify(line)}\n`;
      })
      .join('');
  }
}
