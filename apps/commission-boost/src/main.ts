import { runService } from '#libs/service-kit';
import { CommissionBoostModule } from './commission-boost.module.ts';
import { config } from './config.ts';

await runService({
  name: 'commission-boost',
  config,
  module: (read) => CommissionBoostModule.forRoot(read),
  http: { streamedTypes: ['text/csv'] },
});
