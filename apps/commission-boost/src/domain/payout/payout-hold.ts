import { addDays, type CalendarDate } from '#libs/kernel';

/** Returns come in for a while after a boost has ended: until this date nobody is paid without an override. */
export function payableFrom(expiryDate: CalendarDate, clearingDays: number): CalendarDate {
  return addDays(expiryDate, clearingDays);
}

/** @param programmeDate the client's today; null before its first applied sync, when nothing can be due */
export function isHeld(from: CalendarDate, programmeDate: CalendarDate | null): boolean {
  return programmeDate === null || programmeDate < from;
}
