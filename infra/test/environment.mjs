import { TestEnvironment } from 'jest-environment-node';

/** Node's environment, which shows the logs of the services that a failed test has started. */
export default class LaurelEnvironment extends TestEnvironment {
  handleTestEvent(event) {
    // The next spec of a group does not show the logs of this one.
    if (event.name === 'run_describe_finish' && event.describeBlock.name.endsWith('.int-spec.ts'))
      this.global.laurelForgetLogs?.();
    if (event.name !== 'test_fn_failure' && event.name !== 'hook_failure') return;
    const logs = this.global.laurelOnTestFailure?.();
    if (logs) process.stderr.write(`\n${logs}\n`);
  }
}
