/** Called by the test environment (infra/test/environment.mjs) when a test of this file has failed. */
interface WithFailureHook {
  laurelOnTestFailure?: () => string;
}

const TAIL = 60;
const sources = new Map<string, () => string>();

/** Shows the end of a process's log beside the failure of any test of this file. */
export function showLogsOnFailure(name: string, logs: () => string): void {
  sources.set(name, logs);
  (globalThis as WithFailureHook).laurelOnTestFailure = () =>
    [...sources].map(([source, read]) => `--- ${source}\n${read().split('\n').slice(-TAIL).join('\n')}`).join('\n');
}
