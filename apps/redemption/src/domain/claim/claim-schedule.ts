import { wallClock, type CalendarDate } from '#libs/kernel';
import type { ErrorCode } from '#libs/contracts';
import type { RewardType } from '../reward/reward.ts';
import { boostDateFault, discountTimeFault } from './claim-dates.ts';

/** When the creator wants it. */
export interface WantedTime {
  readonly scheduledDate: CalendarDate | undefined;
  readonly scheduledAt: Date | undefined;
}

export type ScheduleReading =
  | {
      readonly kind: 'schedule';
      readonly scheduledDate: CalendarDate | null;
      readonly scheduledAt: Date | null;
      /** Of these a creator has one at a time. */
      readonly slot: 'boost' | 'discount' | null;
    }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly pointer: string; readonly detail: string };

/** The checks that each type adds to a claim. */
export function readSchedule(
  type: RewardType,
  wanted: WantedTime,
  today: CalendarDate,
  timezone: string,
): ScheduleReading {
  switch (type) {
    case 'commission_boost':
      return scheduleBoost(wanted.scheduledDate, today);
    case 'discount':
      return scheduleDiscount(wanted.scheduledAt, today, timezone);
    case 'gift_card':
    case 'spark_ads':
    case 'physical_gift':
    case 'experience':
      return { kind: 'schedule', scheduledDate: null, scheduledAt: null, slot: null };
  }
}

function scheduleBoost(date: CalendarDate | undefined, today: CalendarDate): ScheduleReading {
  if (date === undefined) return refused('validation_failed', '/scheduledDate', 'a boost needs its scheduledDate');
  const fault = boostDateFault(date, today);
  if (fault !== undefined) return refused('redemption.date_out_of_range', '/scheduledDate', fault);
  return { kind: 'schedule', scheduledDate: date, scheduledAt: null, slot: 'boost' };
}

function scheduleDiscount(at: Date | undefined, today: CalendarDate, timezone: string): ScheduleReading {
  if (at === undefined) return refused('validation_failed', '/scheduledAt', 'a discount needs its scheduledAt');
  const fault = discountTimeFault(wallClock(at, timezone), today);
  if (fault !== undefined) return refused('redemption.date_out_of_range', '/scheduledAt', fault);
  return { kind: 'schedule', scheduledDate: null, scheduledAt: at, slot: 'discount' };
}

function refused(code: ErrorCode, pointer: string, detail: string): ScheduleReading {
  return { kind: 'refused', code, pointer, detail };
}
