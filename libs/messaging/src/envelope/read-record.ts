import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler';
import { Type, type TSchema } from '@sinclair/typebox';
import type { EventDefinition, ReceivedEvent } from '#libs/contracts';
import { printable } from './printable.ts';
import { keyOf } from '../outbox/lanes.ts';
import { partitionOfBytes } from '../outbox/partitioner.ts';
import type { FetchedRecord } from '../runner/record-source.ts';
import type { Envelope } from './envelope.ts';

/** A record whose envelope and data are as declared. */
export interface ReadableRecord {
  readonly kind: 'event';
  readonly type: string;
  readonly event: ReceivedEvent;
  readonly record: FetchedRecord;
}

/** A record that no consumer can be given. `counts` says which sync waits for it, and of whom it was, when both could be read. */
export interface UnreadableRecord {
  readonly kind: 'unreadable';
  readonly reason: string;
  readonly record: FetchedRecord;
  readonly counts: CountedPart | undefined;
}

/** A record of an event type or version that this service does not consume; perhaps one that it does not know yet. */
export interface PassedOverRecord {
  readonly kind: 'passed-over';
  readonly type: string;
  readonly isKnown: boolean;
}

export interface CountedPart {
  readonly type: string;
  readonly eventId: string;
  readonly clientId: string;
  readonly aggregateId: string;
  readonly sequence: number;
}

export type ReadRecord = ReadableRecord | UnreadableRecord | PassedOverRecord;

const uuid = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' });
/** What goes into keys and guards: bounded, and the same text in Postgres (no NUL, no lone surrogate). */
const name = Type.String({ pattern: '^[\\x21-\\x7e]{1,200}$' });
const envelopeCheck = TypeCompiler.Compile(
  Type.Object({
    specversion: Type.Literal('1.0'),
    id: uuid,
    type: Type.String({ minLength: 1 }),
    source: Type.String({ minLength: 1 }),
    subject: name,
    time: Type.String({ minLength: 1 }),
    clientid: uuid,
    aggregateid: name,
    aggregateversion: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    traceparent: Type.Optional(Type.String()),
    data: Type.Unknown(),
  }),
);
const countedCheck = TypeCompiler.Compile(
  Type.Object({
    id: uuid,
    type: Type.String(),
    clientid: uuid,
    aggregateid: name,
    data: Type.Object({ syncSequence: Type.Integer({ minimum: 1 }) }),
  }),
);

/** Parses and checks records, each once, against the event versions that a service can name. */
export class RecordReader {
  readonly #definitions: ReadonlyMap<string, EventDefinition>;
  readonly #consumed: ReadonlySet<string>;
  readonly #checks = new Map<string, TypeCheck<TSchema>>();

  constructor(definitions: ReadonlyMap<string, EventDefinition>, consumed: ReadonlySet<string>) {
    this.#definitions = definitions;
    this.#consumed = consumed;
  }

  /** @param partition where the record was found; a key that belongs elsewhere would have two lanes */
  read(record: FetchedRecord, partition: number): ReadRecord {
    const parsed = parse(record);
    if (parsed.value === undefined) return { kind: 'unreadable', reason: parsed.reason, record, counts: undefined };
    if (!envelopeCheck.Check(parsed.value))
      return this.#unreadable(record, parsed.value, fault(envelopeCheck, parsed.value));
    const envelope = parsed.value as Envelope;
    const definition = this.#definitions.get(envelope.type);
    if (definition === undefined) return { kind: 'passed-over', type: envelope.type, isKnown: false };
    if (!this.#consumed.has(envelope.type)) return { kind: 'passed-over', type: envelope.type, isKnown: true };
    const check = this.#checkOf(definition);
    if (!check.Check(envelope.data)) return this.#unreadable(record, envelope, `data${fault(check, envelope.data)}`);
    const misplaced = misplacement(record, envelope, partition);
    if (misplaced !== undefined) return this.#unreadable(record, envelope, misplaced);
    return { kind: 'event', type: envelope.type, event: toReceived(envelope), record };
  }

  #unreadable(record: FetchedRecord, value: unknown, reason: string): UnreadableRecord {
    let counts: CountedPart | undefined;
    if (
      countedCheck.Check(value) &&
      this.#consumed.has(value.type) &&
      this.#definitions.get(value.type)?.countedBySync
    ) {
      const { id: eventId, clientid: clientId, aggregateid: aggregateId } = value;
      counts = { type: value.type, eventId, clientId, aggregateId, sequence: value.data.syncSequence };
    }
    return { kind: 'unreadable', reason, record, counts };
  }

  #checkOf(definition: EventDefinition): TypeCheck<TSchema> {
    let check = this.#checks.get(definition.type);
    if (check === undefined) {
      check = TypeCompiler.Compile(definition.data as TSchema);
      this.#checks.set(definition.type, check);
    }
    return check;
  }
}

/** The event of a value that was readable before, as it stands in a parked key's queue. */
export function eventOfStoredValue(value: string): ReceivedEvent {
  return toReceived(JSON.parse(value) as Envelope);
}

function toReceived(envelope: Envelope): ReceivedEvent {
  return {
    id: envelope.id,
    clientId: envelope.clientid,
    aggregateId: envelope.aggregateid,
    subject: envelope.subject,
    aggregateVersion: envelope.aggregateversion,
    time: envelope.time,
    traceparent: envelope.traceparent,
    data: envelope.data as ReceivedEvent['data'],
  };
}

function parse(record: FetchedRecord): { value: unknown; reason: string } {
  if (record.value === null) return { value: undefined, reason: 'the record has no value' };
  try {
    return { value: JSON.parse(record.value.toString('utf8')), reason: '' };
  } catch (error) {
    return {
      value: undefined,
      reason: printable(`not JSON: ${error instanceof Error ? error.message : String(error)}`),
    };
  }
}

function fault(check: TypeCheck<TSchema>, value: unknown): string {
  const first = check.Errors(value).First();
  return first === undefined ? ' is not as declared' : printable(`${first.path}: ${first.message}`);
}

function misplacement(record: FetchedRecord, envelope: Envelope, partition: number): string | undefined {
  if (record.key === null || record.key.toString('utf8') !== keyOf(envelope.clientid, envelope.aggregateid))
    return 'the record key is not clientid:aggregateid';
  return partitionOfBytes(record.key) === partition ? undefined : `the key does not belong to partition ${partition}`;
}
