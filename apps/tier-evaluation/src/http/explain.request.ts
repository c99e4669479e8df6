import { parseCalendarDate } from '#libs/kernel';
import { IsOptional, IsUUID, ValidateBy } from 'class-validator';

/** What GET /v1/creators/{id}/tier/explain takes. */
export class ExplainRequest {
  /** A business date; today if it is left out. */
  @IsOptional()
  @ValidateBy({
    name: 'isCalendarDate',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseCalendarDate(value) !== undefined,
      defaultMessage: () => 'asOf is a date YYYY-MM-DD',
    },
  })
  asOf?: string;

  /** A sync: as it was known when that was applied. */
  @IsOptional()
  @IsUUID('all', { message: 'knownAt is the id of a sync' })
  knownAt?: string;
}
