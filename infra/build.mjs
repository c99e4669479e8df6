/** Compiles everything that runs into dist/ with the native TypeScript compiler. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

if (process.argv.includes('--clean')) rmSync('dist', { recursive: true, force: true });
try {
  execFileSync(process.execPath, ['node_modules/typescript-native/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
} catch {
  process.exitCode = 1;
}
