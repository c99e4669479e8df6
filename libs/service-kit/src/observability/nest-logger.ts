import type { LoggerService } from '@nestjs/common';
import { Logger, PinoLogger } from 'nestjs-pino';
import type { Logger as Pino } from 'pino';

/** Nest's account of its own start: a line a module and a route. */
const START_CONTEXTS: ReadonlySet<unknown> = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Nest's logger on pino, without what Nest tells of its start: `serving` says all that an operator asks. */
class QuietLogger extends Logger {
  override log(message: unknown, ...parameters: unknown[]): void {
    if (START_CONTEXTS.has(parameters.at(-1))) this.debug(message, ...parameters);
    else super.log(message, ...parameters);
  }
}

/**
 * Every `new Logger(context)` of the process writes here. pino-http, which stands between, would put serializers of its
 * own before the allow-list's: with them an error brings its `detail` along, and that holds values of rows.
 */
export function nestLogger(logger: Pino): LoggerService {
  return new QuietLogger(new PinoLogger({ pinoHttp: { logger, autoLogging: false, wrapSerializers: false } }), {});
}
