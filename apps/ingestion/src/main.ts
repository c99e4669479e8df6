import { runService } from '#libs/service-kit';
import { config } from './config.ts';
import { IngestionModule } from './ingestion.module.ts';

await runService({
  name: 'ingestion',
  config,
  module: (read) => IngestionModule.forRoot(read),
  http: { streamedTypes: ['text/csv'] },
});
