import { randomUUID } from 'node:crypto';
import { AdjustmentRecordedV1, LaurelError, newEvent } from '#libs/contracts';
import { asId, CLOCK, type AdjustmentId, type CalendarDate, type Clock, type CreatorId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import type { TenantTransaction } from '#libs/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { readAdjustmentValue, type AdjustmentKind, type ValueDraft } from '../domain/adjustment/adjustment-value.ts';
import { handleAdjustment } from '../domain/order/handle-adjustment.ts';
import { later, type Progress } from '../domain/order/progress.ts';
import type { Program } from '../domain/program/program.ts';
import { AdjustmentRepository, type RecordedAdjustment } from '../persistence/adjustment.repository.ts';
import { AdjustmentContext } from './adjustment-context.ts';
import { SaveCreators } from './save-creators.ts';

export interface AdjustmentCommand extends ValueDraft {
  readonly creatorId: CreatorId;
  readonly kind: AdjustmentKind;
  readonly reason: string;
  readonly effectiveDate: CalendarDate | null;
  readonly recordedBy: string;
}

export interface AdjustmentRecord {
  readonly adjustment: RecordedAdjustment;
  readonly program: Program;
}

/** Books an admin's correction and decides what follows. The caller holds the creator's lane. */
@Injectable()
export class RecordAdjustment {
  readonly #context: AdjustmentContext;
  readonly #adjustments: AdjustmentRepository;
  readonly #save: SaveCreators;
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor(
    context: AdjustmentContext,
    adjustments: AdjustmentRepository,
    save: SaveCreators,
    outbox: Outbox,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.#context = context;
    this.#adjustments = adjustments;
    this.#save = save;
    this.#outbox = outbox;
    this.#clock = clock;
  }

  async execute(command: AdjustmentCommand, tx: TenantTransaction): Promise<AdjustmentRecord> {
    const { program, today, progress } = await this.#context.load(tx, command.creatorId);
    const value = valueOf(command, program);
    const id = asId<AdjustmentId>(randomUUID());
    const given = { id, value, effectiveDate: command.effectiveDate };
    const outcome = handleAdjustment(progress, given, today, program);
    if (outcome.kind === 'date_out_of_range') throw outOfRange(outcome);
    const adjustment: RecordedAdjustment = {
      id,
      creatorId: command.creatorId,
      number: outcome.progress.standing.adjustmentCount,
      kind: command.kind,
      reason: command.reason,
      value,
      effectiveOn: outcome.effectiveDate,
      programVersion: program.version,
      recordedBy: command.recordedBy,
      recordedAt: this.#clock.now(),
    };
    await this.#context.makeRoom(later(progress.standing.bookedThrough, today.date));
    await this.#adjustments.insert(tx, adjustment);
    await this.#outbox.append(tx, [recordedEvent(tx, adjustment)]);
    await this.#save.execute(tx, new Map<CreatorId, Progress>([[command.creatorId, outcome.progress]]));
    return { adjustment, program };
  }
}

function valueOf(command: AdjustmentCommand, program: Program): bigint {
  const reading = readAdjustmentValue(command, program);
  if (reading.kind === 'value') return reading.value;
  const { pointer, code, message } = reading;
  throw new LaurelError('validation_failed', message, { faults: [{ pointer, code, message }] });
}

function outOfRange(range: { from: CalendarDate | null; to: CalendarDate }): LaurelError {
  const message =
    range.from === null
      ? `effectiveDate is not after ${range.to}`
      : `effectiveDate lies from ${range.from} to ${range.to}`;
  return new LaurelError('adjustment.date_out_of_range', message, {
    faults: [{ pointer: '/effectiveDate', code: 'out_of_range', message }],
    extra: { allowed: { from: range.from, to: range.to } },
  });
}

function recordedEvent(tx: TenantTransaction, adjustment: RecordedAdjustment) {
  return newEvent(AdjustmentRecordedV1, {
    clientId: tx.clientId,
    aggregateId: adjustment.creatorId,
    subject: adjustment.creatorId,
    aggregateVersion: adjustment.number,
    data: {
      adjustmentId: adjustment.id,
      kind: adjustment.kind,
      effectiveDate: adjustment.effectiveOn,
      value: adjustment.value.toString(),
      programVersion: adjustment.programVersion,
    },
  });
}
