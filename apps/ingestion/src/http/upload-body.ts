import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LaurelError } from '#libs/contracts';
import multipart from '@fastify/multipart';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LARGEST_FILE_BYTES } from '../use-cases/receive/read-file.ts';

/** Reads multipart bodies as they come. The service kit knows JSON and streams only. */
@Injectable()
export class MultipartBodies implements OnModuleInit {
  readonly #host: HttpAdapterHost;

  constructor(host: HttpAdapterHost) {
    this.#host = host;
  }

  async onModuleInit(): Promise<void> {
    // A process without HTTP has no server.
    const server: FastifyInstance | undefined = (
      this.#host.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined
    )?.getInstance();
    await server?.register(multipart, { limits: { files: 1, fields: 10, fileSize: LARGEST_FILE_BYTES + 1 } });
  }
}

export interface UploadBody {
  readonly file: AsyncIterable<Buffer>;
  /** null when nobody said, or said of something else than the file. */
  readonly bytesAnnounced: number | null;
}

/** The CSV of a request, unpacked, unread: the body itself or the multipart field `file`. */
export async function uploadBodyOf(request: FastifyRequest): Promise<UploadBody> {
  const file = request.isMultipart() ? await filePartOf(request) : request.body;
  if (!(file instanceof Readable)) {
    throw new LaurelError(
      'unsupported_media_type',
      'the CSV is sent as a text/csv body, or as the multipart field "file"',
    );
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'gzip') return { file: unpacked(file), bytesAnnounced: null };
  if (encoding !== 'identity')
    throw new LaurelError('unsupported_media_type', 'the body may be packed with gzip alone');
  const length = Number(request.headers['content-length']);
  return {
    file: drained(file),
    bytesAnnounced: !request.isMultipart() && Number.isSafeInteger(length) ? length : null,
  };
}

async function filePartOf(request: FastifyRequest): Promise<Readable> {
  const part = await request.file();
  if (part?.fieldname !== 'file') throw noFile('the multipart field of the CSV is called "file"');
  return part.file;
}

/**
 * A file that is given up in the middle is read to its end all the same, and dropped: were its stream destroyed, and the
 * connection with it, the sender would never read what is wrong.
 */
async function* drained(file: Readable): AsyncGenerator<Buffer> {
  try {
    yield* file.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } finally {
    file.resume();
  }
}

/** A broken body must break its reader too, which `pipe` alone does not see to. */
function unpacked(file: Readable): Readable {
  const gunzip = createGunzip();
  file.once('error', (error) => gunzip.destroy(error));
  file.once('close', () => {
    if (!file.readableEnded)
      gunzip.destroy(new LaurelError('sync.upload_interrupted', 'the upload ended before the file did'));
  });
  return file.pipe(gunzip);
}

function noFile(message: string): LaurelError {
  return new LaurelError('validation_failed', message, { faults: [{ pointer: 'file', code: 'required', message }] });
}
