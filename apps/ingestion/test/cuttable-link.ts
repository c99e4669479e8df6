import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A service's way to the database, which a test can cut: its connections break, and new ones are refused. */
export class CuttableLink {
  readonly #server: Server;
  readonly #pairs = new Map<Socket, Socket>();
  #isCut = false;
  /** Connections that were refused while the link was cut. */
  refused = 0;

  private constructor(host: string, port: number) {
    this.#server = createServer((near) => {
      near.on('error', broken);
      if (this.#isCut) {
        this.refused += 1;
        near.destroy();
        return;
      }
      const far = connect(port, host);
      far.on('error', broken);
      this.#pairs.set(near, far);
      near.once('close', () => {
        this.#pairs.delete(near);
        far.destroy();
      });
      far.once('close', () => near.destroy());
      near.pipe(far).pipe(near);
    });
  }

  static async to(databaseUrl: string): Promise<CuttableLink> {
    const { hostname, port } = new URL(databaseUrl);
    const link = new CuttableLink(hostname, Number(port || 5432));
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  /** The same database, by way of this link. */
  url(databaseUrl: string): string {
    const changed = new URL(databaseUrl);
    changed.host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return changed.href;
  }

  cut(): void {
    this.#isCut = true;
    this.refused = 0;
    for (const near of this.#pairs.keys()) near.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  /** By which the database knows the connections that go through here. */
  get ports(): readonly number[] {
    return [...this.#pairs.values()].flatMap(({ localPort }) => (localPort === undefined ? [] : [localPort]));
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** A connection that breaks is what is wanted here. */
function broken(): void {
  return undefined;
}
