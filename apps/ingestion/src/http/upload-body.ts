import { Readable } from 'node:stream';
import { LaurelError } from '#libs/contracts';
import multipart from '@fastify/multipart';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LARGEST_FILE_BYTES } from '../use-cases/receive/read-file.ts';
import { bodyFault, patiently, plain, unpacked, withinMs } from './patient-body.ts';

/** The token of how long an upload may send nothing. */
export const UPLOAD_STALL_MS = Symbol('UPLOAD_STALL_MS');

export interface UploadBody {
  readonly file: AsyncIterable<Buffer>;
  /** null when nobody said, or said of something else than the file. */
  readonly bytesAnnounced: number | null;
}

/** Reads bodies of uploads, multipart among them, as they come. The service kit knows JSON and streams only. */
@Injectable()
export class UploadBodies implements OnModuleInit {
  readonly #host: HttpAdapterHost;
  readonly #stallMs: number;

  constructor(host: HttpAdapterHost, @Inject(UPLOAD_STALL_MS) stallMs: number) {
    this.#host = host;
    this.#stallMs = stallMs;
  }

  async onModuleInit(): Promise<void> {
    // A process without HTTP has no server.
    const server: FastifyInstance | undefined = (
      this.#host.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined
    )?.getInstance();
    await server?.register(multipart, { limits: { files: 1, fields: 10, fileSize: LARGEST_FILE_BYTES + 1 } });
  }

  /** The CSV of a request, unpacked, unread: the body itself or the multipart field `file`. */
  async read(request: FastifyRequest): Promise<UploadBody> {
    const file = request.isMultipart() ? await this.#filePartOf(request) : request.body;
    if (!(file instanceof Readable)) {
      throw new LaurelError(
        'unsupported_media_type',
        'the CSV is sent as a text/csv body, or as the multipart field "file"',
      );
    }
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding === 'gzip') return { file: patiently(unpacked(file), this.#stallMs), bytesAnnounced: null };
    if (encoding !== 'identity')
      throw new LaurelError('unsupported_media_type', 'the body may be packed with gzip alone');
    const length = Number(request.headers['content-length']);
    return {
      file: patiently(plain(file), this.#stallMs),
      bytesAnnounced: !request.isMultipart() && Number.isSafeInteger(length) ? length : null,
    };
  }

  async #filePartOf(request: FastifyRequest): Promise<Readable> {
    const part = await withinMs(request.file(), this.#stallMs).catch((error: unknown) => {
      throw bodyFault(error);
    });
    if (part?.fieldname !== 'file') throw noFile('the multipart field of the CSV is called "file"');
    return part.file;
  }
}

function noFile(message: string): LaurelError {
  return new LaurelError('validation_failed', message, { faults: [{ pointer: 'file', code: 'required', message }] });
}
