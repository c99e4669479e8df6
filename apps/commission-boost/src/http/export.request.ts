import { IsIn, IsOptional } from 'class-validator';

export class ExportRequest {
  /** Gives a run once more that was exported before. */
  @IsOptional()
  @IsIn(['true', 'false'])
  again?: string;
}
