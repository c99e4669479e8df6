import { parseCalendarDate, type CalendarDate } from '#libs/kernel';
import { IsIn, IsOptional, ValidateBy } from 'class-validator';
import { BOOST_STATUSES, type BoostStatus } from '../domain/boost/boost-status.ts';

export class ListBoostsRequest {
  @IsOptional()
  @IsIn(BOOST_STATUSES)
  status?: BoostStatus;

  /** Those whose hold ends before this date. */
  @IsOptional()
  @ValidateBy({
    name: 'isCalendarDate',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseCalendarDate(value) !== undefined,
      defaultMessage: () => 'payableBefore is a date YYYY-MM-DD',
    },
  })
  payableBefore?: CalendarDate;

  @IsOptional()
  limit?: unknown;

  @IsOptional()
  cursor?: unknown;
}
