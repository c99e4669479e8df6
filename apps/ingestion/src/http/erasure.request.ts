import { Transform, Type } from 'class-transformer';
import { IsOptional, IsString, MaxLength, MinLength, ValidateNested } from 'class-validator';

class ForceRequest {
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @IsString()
  @MinLength(10)
  @MaxLength(1_000)
  reason!: string;
}

export class ErasureRequest {
  /** Carries it out whatever is owed; open boosts then end with an amount of 0. */
  @IsOptional()
  @ValidateNested()
  @Type(() => ForceRequest)
  force?: ForceRequest;
}
