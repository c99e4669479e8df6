import type { CalendarDate } from '#libs/kernel';
import type { Boost } from './boost.ts';

/** The date whose first complete sync moves the boost on by itself; null for what waits for a person, or for nothing. */
export function dueDateOf(boost: Pick<Boost, 'status' | 'terms' | 'activation'>): CalendarDate | null {
  switch (boost.status) {
    case 'scheduled':
      return boost.terms.scheduledDate;
    case 'active':
      return boost.activation?.expiryDate ?? null;
    case 'expired':
    case 'pending_info':
    case 'pending_payout':
    case 'paid':
      return null;
  }
}
