import { IsOptional, IsString, Matches } from 'class-validator';

export class RotateKeysRequest {
  /** The master key that is expected to be current: a process that has not heard of it yet must not undo the work. */
  @IsString()
  to!: string;

  /** Where an earlier answer says to go on. */
  @IsOptional()
  @Matches(/^[0-9a-f-]{36}:[0-9a-f-]{36}$/)
  cursor?: string | null;
}
