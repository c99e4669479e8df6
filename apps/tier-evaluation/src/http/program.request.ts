import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

export class TierRequest {
  @IsString()
  @MaxLength(100)
  name!: string;

  @Matches(/^#[0-9a-fA-F]{6}$/, { message: 'color is written #rrggbb' })
  color!: string;

  @Matches(/^\d{1,15}(\.\d{1,3})?$/, { message: 'threshold is a decimal such as "1000" or "1000.50"' })
  threshold!: string;

  @IsInt()
  @Min(0)
  @Max(10_000)
  commissionRateBps!: number;
}

/** What PUT /v1/program takes. Fields with a value here may be left out. */
export class ProgramRequest {
  @IsString()
  currency!: string;

  @IsString()
  @MaxLength(100)
  timezone!: string;

  @IsIn(['sales', 'units'])
  metric: 'sales' | 'units' = 'sales';

  @IsIn(['checkpoint', 'lifetime'])
  mode: 'checkpoint' | 'lifetime' = 'checkpoint';

  @IsInt()
  @Min(1)
  @Max(24)
  checkpointMonths: number = 4;

  @IsIn(['ledger', 'post_date'])
  attribution: 'ledger' | 'post_date' = 'ledger';

  @IsInt()
  @Min(0)
  @Max(365)
  clearingDays: number = 20;

  @IsArray()
  @ArrayMinSize(3)
  @ArrayMaxSize(6)
  @ValidateNested({ each: true })
  @Type(() => TierRequest)
  tiers!: TierRequest[];
}

/** The query of PUT /v1/program. */
export class PublishQuery {
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'dryRun is true or false' })
  dryRun?: 'true' | 'false';
}
