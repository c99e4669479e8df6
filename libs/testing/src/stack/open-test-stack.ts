import type { TestStack, TestStackOptions } from './test-stack.ts';

export type TestStackKind = 'embedded' | 'testcontainers';

/** The one place that chooses: child processes, or containers with `LAUREL_TEST_STACK=testcontainers`. */
export async function openTestStack(
  options: TestStackOptions,
  kind: string = process.env['LAUREL_TEST_STACK'] || 'embedded',
): Promise<TestStack> {
  switch (kind as TestStackKind) {
    case 'embedded': {
      const { startEmbeddedStack } = await import('./embedded-stack.ts');
      return startEmbeddedStack(options);
    }
    case 'testcontainers': {
      const { startContainerStack } = await import('./container-stack.ts');
      return startContainerStack(options);
    }
    default:
      throw new Error(`LAUREL_TEST_STACK must be embedded or testcontainers, not ${kind}`);
  }
}
