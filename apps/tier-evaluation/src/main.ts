import { runService } from '#libs/service-kit';
import { config } from './config.ts';
import { TierEvaluationModule } from './tier-evaluation.module.ts';

await runService({ name: 'tier-evaluation', config, module: (read) => TierEvaluationModule.forRoot(read) });
