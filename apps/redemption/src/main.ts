import { runService } from '#libs/service-kit';
import { config } from './config.ts';
import { RedemptionModule } from './redemption.module.ts';

await runService({ name: 'redemption', config, module: (read) => RedemptionModule.forRoot(read) });
