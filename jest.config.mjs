/** Three projects: rules without I/O, parts on the real stack, journeys over the whole system. */
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        target: 'es2024',
      },
      module: { type: 'es6' },
    },
  ],
};

const base = {
  testEnvironment: '<rootDir>/infra/test/environment.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^#libs/(.+)$': '<rootDir>/libs/$1/src/index.ts' },
  transform,
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  setupFiles: ['<rootDir>/infra/test/load-nest.ts'],
};

export default {
  projects: [
    { ...base, displayName: 'unit', testRegex: '\\.spec\\.ts$', setupFiles: [] },
    { ...base, displayName: 'int', testRegex: '\\.int-spec\\.ts$' },
    // The same specs, put together by infra/test/spec-groups.mjs.
    {
      ...base,
      displayName: 'int groups',
      testRegex: '/dist/spec-groups/.+\\.cjs$',
      testPathIgnorePatterns: ['/node_modules/'],
      modulePathIgnorePatterns: ['<rootDir>/dist/(?!spec-groups)'],
    },
    { ...base, displayName: 'system', testRegex: '\\.e2e-spec\\.ts$', setupFiles: [] },
  ],
  testSequencer: '<rootDir>/infra/test/heaviest-first.mjs',
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
  testTimeout: 60_000,
};
