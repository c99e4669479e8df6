import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LaurelError } from '#libs/contracts';

const PIECE_BYTES = 131_072;

/** A body that is read as it comes. */
export interface BodyStream {
  readonly stream: Readable;
  /** Reads and drops what is left of it: were its connection destroyed, the sender would never read what is wrong. */
  leave(): void;
}

export function plain(file: Readable): BodyStream {
  return { stream: file, leave: () => void file.resume() };
}

/** What is left of a packed body is dropped as it came: unpacking it could take a thousand times as long. */
export function unpacked(file: Readable): BodyStream {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  // What is no gzip fails before anybody has begun to read it, and is told to whoever does; unheard it ends the process.
  gunzip.on('error', heardLater);
  // A broken body must break its reader too, which `pipe` alone does not see to.
  file.once('error', (error) => gunzip.destroy(error));
  file.once('close', () => {
    if (!file.readableEnded) gunzip.destroy(new LaurelError('sync.upload_interrupted', ENDED_EARLY));
  });
  file.pipe(gunzip);
  const leave = (): void => {
    file.unpipe(gunzip);
    gunzip.destroy();
    file.resume();
  };
  return { stream: gunzip, leave };
}

function heardLater(): void {
  return undefined;
}

/**
 * The pieces of a body, for as long as they keep coming. Only the time counts that is spent waiting for one: while they
 * are worked on, the sender is kept waiting, and not the other way round.
 * @throws LaurelError sync.upload_stalled when nothing has come for so long
 */
export async function* patiently({ stream, leave }: BodyStream, stallMs: number): AsyncGenerator<Buffer> {
  const pieces = stream.iterator({ destroyOnReturn: false }) as AsyncGenerator<Buffer, undefined>;
  let waiting = false;
  try {
    for (;;) {
      waiting = true;
      const next = await withinMs(pieces.next(), stallMs);
      waiting = false;
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    throw bodyFault(error);
  } finally {
    // One that waits would end with the piece that it waits for, which may never come.
    if (!waiting) await pieces.return(undefined);
    leave();
  }
}

/** @throws LaurelError sync.upload_stalled when it is not there in time; the connection is then closed */
export async function withinMs<T>(wanted: Promise<T>, stallMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = `nothing of the body has come for ${stallMs} ms; send the file again`;
      reject(new LaurelError('sync.upload_stalled', message, { headers: { Connection: 'close' } }));
    }, stallMs);
  });
  try {
    return await Promise.race([wanted, late]);
  } finally {
    clearTimeout(timer);
  }
}

const ENDED_EARLY = 'the upload ended before the file did; send it again';
const BROKEN_OFF: ReadonlySet<unknown> = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']);

/** What comes from outside is the sender's, and so are its faults; the readers of wrappings tell them in words of theirs. */
export function bodyFault(error: unknown): LaurelError {
  if (error instanceof LaurelError) return error;
  const { code, message } = error as { code?: unknown; message: string };
  const fault =
    BROKEN_OFF.has(code) || /unexpected end of multipart data/i.test(message)
      ? new LaurelError('sync.upload_interrupted', ENDED_EARLY)
      : new LaurelError('sync.invalid_file', `the body can not be read: ${message}`);
  fault.cause = error;
  return fault;
}
