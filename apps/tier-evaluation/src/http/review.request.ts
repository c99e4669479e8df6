import { parseCalendarDate } from '#libs/kernel';
import { IsIn, IsOptional, IsString, Matches, ValidateBy } from 'class-validator';
import { OUTCOMES, type Outcome } from '../domain/standing/projection.ts';

/** What GET /v1/reviews takes. */
export class ListReviewsRequest {
  @IsOptional()
  @ValidateBy({
    name: 'isCalendarDate',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseCalendarDate(value) !== undefined,
      defaultMessage: () => 'dueBefore is a date YYYY-MM-DD',
    },
  })
  dueBefore?: string;

  @IsOptional()
  @IsIn(OUTCOMES)
  projected?: Outcome;

  @IsOptional()
  @Matches(/^[1-6]$/, { message: 'tier is a number from 1 to 6' })
  tier?: string;

  @IsOptional()
  @IsString()
  limit?: string;

  @IsOptional()
  @IsString()
  cursor?: string;
}
