import { IsIn, IsOptional } from 'class-validator';
import { BOOST_STATUSES, type BoostStatus } from '../domain/boost/boost-status.ts';

export class ListBoostsRequest {
  @IsOptional()
  @IsIn(BOOST_STATUSES)
  status?: BoostStatus;

  @IsOptional()
  limit?: unknown;

  @IsOptional()
  cursor?: unknown;
}
