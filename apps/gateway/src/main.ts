import { runService } from '#libs/service-kit';
import { gatewayConfig } from './config.ts';
import { gateway } from './gateway.module.ts';

await runService({ ...gateway, config: gatewayConfig });
