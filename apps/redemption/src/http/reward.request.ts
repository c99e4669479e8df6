import { Equals, IsIn, IsInt, IsObject, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { FREQUENCIES, REWARD_SOURCES, REWARD_TYPES } from '../domain/reward/reward.ts';
import type { Frequency, RewardSource, RewardType } from '../domain/reward/reward.ts';

const MAX_NAME = 100;
const NOT_BLANK = /\S/;
const FIXED = { message: '$property is fixed when a reward is created: make a new reward instead' };

export class CreateRewardRequest {
  @IsIn(REWARD_TYPES)
  type!: RewardType;

  @IsString()
  @MaxLength(MAX_NAME)
  @Matches(NOT_BLANK, { message: 'name is not blank' })
  name!: string;

  @IsOptional()
  @IsInt()
  tier?: number | null;

  @IsIn(REWARD_SOURCES)
  source!: RewardSource;

  /** By type; held against the rules of its type by the domain. */
  @IsObject()
  value!: Record<string, unknown>;

  @IsIn(FREQUENCIES)
  frequency!: Frequency;

  @IsOptional()
  @IsInt()
  quantity?: number | null;
}

export class ChangeRewardRequest {
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME)
  @Matches(NOT_BLANK, { message: 'name is not blank' })
  name?: string;

  @IsOptional()
  @IsIn(FREQUENCIES)
  frequency?: Frequency;

  @IsOptional()
  @IsInt()
  quantity?: number | null;

  @Equals(undefined, FIXED)
  type?: undefined;

  @Equals(undefined, FIXED)
  tier?: undefined;

  @Equals(undefined, FIXED)
  source?: undefined;

  @Equals(undefined, FIXED)
  value?: undefined;
}
