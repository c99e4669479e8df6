import { LaurelError } from '#libs/contracts';
import { isUuid } from '#libs/kernel';
import { Injectable, type PipeTransform } from '@nestjs/common';

/** `@Param('id', PathId) id: BoostId`: what is no UUID names nothing, so it is 404 and no fault of a field. */
@Injectable()
export class PathId implements PipeTransform<string, string> {
  transform(value: string): string {
    const id = value.toLowerCase();
    if (!isUuid(id)) throw new LaurelError('not_found', 'there is no such resource');
    return id;
  }
}
