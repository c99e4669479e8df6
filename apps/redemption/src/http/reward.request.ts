import { RefusesUnknownMembers } from '#libs/service-kit';
import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { FREQUENCIES, REWARD_SOURCES, REWARD_TYPES } from '../domain/reward/reward.ts';
import type { Frequency, RewardSource, RewardType } from '../domain/reward/reward.ts';

const MAX_NAME = 100;
const NOT_BLANK = /\S/;

/** May be left out, but is not null. */
const IfGiven = () => ValidateIf((_, value: unknown) => value !== undefined);

/** A reward keeps it for life: sending it is a fault, whatever it says. */
const Fixed = () =>
  ValidateBy(
    { name: 'fixed', validator: { validate: (value: unknown) => value === undefined } },
    { message: '$property is fixed when a reward is created: make a new reward instead' },
  );

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

@RefusesUnknownMembers()
export class ChangeRewardRequest {
  @IfGiven()
  @IsString()
  @MaxLength(MAX_NAME)
  @Matches(NOT_BLANK, { message: 'name is not blank' })
  name?: string;

  @IfGiven()
  @IsIn(FREQUENCIES)
  frequency?: Frequency;

  @IsOptional()
  @IsInt()
  quantity?: number | null;

  @Fixed()
  type?: undefined;

  @Fixed()
  tier?: undefined;

  @Fixed()
  source?: undefined;

  @Fixed()
  value?: undefined;
}
