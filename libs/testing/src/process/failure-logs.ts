/** Called by the test environment (infra/test/environment.mjs) when a test has failed, and at the end of a spec. */
interface WithFailureHooks {
  laurelOnTestFailure?: () => string;
  laurelForgetLogs?: () => void;
}

const TAIL = 60;
const sources = new Map<string, () => string>();

/** Shows the end of a process's log beside the failure of any test of this spec. */
export function showLogsOnFailure(name: string, logs: () => string): void {
  sources.set(name, logs);
  const hooks = globalThis as WithFailureHooks;
  hooks.laurelForgetLogs = () => sources.clear();
  hooks.laurelOnTestFailure = () =>
    [...sources].map(([source, read]) => `--- ${source}\n${read().split('\n').slice(-TAIL).join('\n')}`).join('\n');
}
