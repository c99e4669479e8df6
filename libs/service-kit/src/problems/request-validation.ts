import { LaurelError, type FieldFault } from '#libs/contracts';
import { Injectable, ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import type { ValidatorOptions } from 'class-validator';

type ValidationErrors = Promise<ValidationError[]> | ValidationError[];

const STRICT = 'laurel:refuses-unknown-members';

/** Declares a request class whose unknown members are faults (code `unknown`) instead of being dropped. */
export function RefusesUnknownMembers(): ClassDecorator {
  return (target) => Reflect.defineMetadata(STRICT, true, target);
}

class InvalidRequest {
  readonly errors: readonly ValidationError[];

  constructor(errors: readonly ValidationError[]) {
    this.errors = errors;
  }
}

/** Holds bodies and queries against their request class. Members that the class does not name are dropped, or refused. */
@Injectable()
export class RequestValidation extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      transform: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) => new InvalidRequest(errors),
    });
  }

  protected override validate(object: object, options?: ValidatorOptions): ValidationErrors {
    const strict = Reflect.hasMetadata(STRICT, object.constructor);
    return super.validate(object, strict ? { ...options, forbidNonWhitelisted: true } : options);
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const isBody = metadata.type === 'body';
    if (isBody && this.toValidate(metadata) && !isObjectOrNothing(value)) {
      throw invalid([{ pointer: '', code: 'is_object', message: 'the body is a JSON object' }]);
    }
    const nul = placeOfNul(value, isBody ? '' : (metadata.data ?? ''));
    if (nul !== undefined) {
      throw invalid([{ pointer: nul, code: 'nul_character', message: 'text may not contain the character U+0000' }]);
    }
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      if (!(error instanceof InvalidRequest)) throw error;
      throw invalid(error.errors.flatMap((fault) => faultsOf(fault, isBody ? '/' : '')));
    }
  }
}

/** Postgres stores no U+0000 in text. @returns the JSON pointer of the first text that has one */
function placeOfNul(value: unknown, pointer: string): string | undefined {
  if (typeof value === 'string') return value.includes('\u0000') ? pointer : undefined;
  if (typeof value !== 'object' || value === null || !isPlain(value)) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const found = placeOfNul(member, `${pointer}/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}

function isObjectOrNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value));
}

/** What class-validator calls otherwise. */
const CODES: Readonly<Record<string, string>> = { whitelistValidation: 'unknown' };

function faultsOf(error: ValidationError, before: string): FieldFault[] {
  const pointer = `${before}${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = Object.entries(error.constraints ?? {}).map(([name, message]) => ({
    pointer,
    code: CODES[name] ?? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, `${pointer}/`))];
}

/** A request that is refused for the named places. */
export function invalid(faults: readonly FieldFault[]): LaurelError {
  return new LaurelError('validation_failed', faults[0]?.message ?? 'the request is not valid', { faults });
}
