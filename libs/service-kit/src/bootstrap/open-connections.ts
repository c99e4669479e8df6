import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Which connections have a request under way. Node's own `closeIdleConnections` takes a connection that has not sent its
 * first request for a busy one, and a kept one that falls idle later would keep the process from leaving.
 */
export class OpenConnections {
  readonly #server: Server;
  readonly #requests = new Map<Socket, Set<ServerResponse>>();
  #draining = false;

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#requests.set(socket, new Set());
      socket.once('close', () => this.#requests.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const requests = this.#requests.get(request.socket);
      requests?.add(response);
      if (this.#draining) announceEnd(response);
      response.once('close', () => {
        requests?.delete(response);
        if (this.#draining) this.#closeIdle();
      });
    });
  }

  /** Takes no more connections and resolves when the requests under way are answered, or cut off after `withinMs`. */
  drain(withinMs: number): Promise<void> {
    this.#draining = true;
    return new Promise((resolve) => {
      const overdue = setTimeout(() => {
        this.#server.closeAllConnections();
      }, withinMs);
      this.#server.close(() => {
        clearTimeout(overdue);
        resolve();
      });
      for (const responses of this.#requests.values()) responses.forEach(announceEnd);
      this.#closeIdle();
    });
  }

  #closeIdle(): void {
    for (const [socket, requests] of this.#requests) if (requests.size === 0) socket.destroySoon();
  }
}

/** Tells the client that it must not send its next request on this connection. */
function announceEnd(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
