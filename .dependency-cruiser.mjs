/** The boundaries of docs/architecture.md as rules over imports. Each has a probe in test/checks that must be reported. */
const SPEC = String.raw`\.(spec|int-spec|e2e-spec)\.ts$`;
const TEST_CODE = [SPEC, '^(apps|libs)/[^/]+/test/', '^test/', '^libs/testing/', '^infra/test/'];
const EXTERNAL = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'core'];

/** A library sees these libraries and nothing else of ours. */
const libraryKnowsOnly = (library, known) => ({
  name: `${library}-knows-only-${known.join('-') || 'nothing'}`,
  comment: `libs/${library} may import of ours: ${known.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^libs/${library}/`, pathNot: TEST_CODE },
  to: { path: `^libs/(?!(${[library, ...known].join('|')})/)` },
});

const forbidden = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const BETWEEN_FOLDERS = [
  forbidden(
    'a-service-never-imports-another',
    'What services share stands in libs/contracts; the rest arrives as events.',
    { path: '^apps/([^/]+)/' },
    { path: '^apps/(?!$1/)' },
  ),
  forbidden(
    'libs-never-import-apps',
    'Libraries serve any service.',
    { path: '^libs/', pathNot: '^libs/testing/' },
    { path: '^apps/' },
  ),
  forbidden(
    'code-never-imports-infra-or-test',
    'infra starts, builds and checks the code; the code does not know of it.',
    { path: '^(apps|libs)/', pathNot: TEST_CODE },
    { path: '^(infra|test|demo)/' },
  ),
  forbidden(
    'testing-only-from-tests',
    'libs/testing is imported by tests alone.',
    { path: '^(apps|libs|infra)/', pathNot: TEST_CODE },
    { path: '^libs/testing/' },
  ),
  forbidden(
    'libs-through-their-index',
    'A library is its index.ts: #libs/<name>.',
    { path: '^(?:libs/)?([^/]+)/' },
    { path: String.raw`^libs/(?!$1/)[^/]+/(?!src/index\.ts$)` },
  ),
  forbidden('nothing-imports-a-spec', 'A spec is run, not imported.', {}, { path: SPEC }),
  forbidden(
    'nothing-imports-main',
    'main.ts starts a process; importing it would start one.',
    {},
    { path: String.raw`^apps/[^/]+/src/main\.ts$` },
  ),
];

const LIBRARIES = [
  libraryKnowsOnly('kernel', []),
  forbidden(
    'kernel-imports-nothing',
    'No package, no Node module: the kernel is the language of the rules.',
    { path: '^libs/kernel/', pathNot: SPEC },
    { dependencyTypes: EXTERNAL },
  ),
  libraryKnowsOnly('contracts', ['kernel']),
  forbidden(
    'contracts-are-schemas',
    'An event is a file both sides read: typebox and nothing else.',
    { path: '^libs/contracts/', pathNot: SPEC },
    { dependencyTypes: EXTERNAL, pathNot: 'node_modules/@sinclair/typebox/' },
  ),
  libraryKnowsOnly('persistence', ['kernel']),
  libraryKnowsOnly('messaging', ['contracts', 'persistence', 'kernel']),
  libraryKnowsOnly('service-kit', ['messaging', 'contracts', 'persistence', 'kernel']),
  libraryKnowsOnly('secrets', ['service-kit', 'contracts', 'persistence', 'kernel']),
];

const PACKAGES = [
  forbidden(
    'only-messaging-knows-kafka',
    'kafkajs stands behind a port, so that it can be exchanged.',
    {
      path: '^(apps|libs|infra|test)/',
      pathNot: ['^libs/messaging/', '^libs/testing/', '^infra/(kafka|local|bench)/'],
    },
    { path: 'node_modules/kafkajs/' },
  ),
  forbidden(
    'only-persistence-knows-postgres',
    'Whoever wants rows takes a Database or a Transaction; entities and migrations use TypeORM’s declarations.',
    {
      path: '^(apps|libs)/',
      pathNot: ['^libs/(persistence|messaging|testing)/', '^apps/[^/]+/src/(persistence|migrations)/', ...TEST_CODE],
    },
    { path: 'node_modules/(pg|pg-copy-streams|typeorm|@nestjs/typeorm)/' },
  ),
  forbidden(
    'the-gateway-keeps-nothing',
    'The gateway has no schema, so it has no database.',
    { path: '^apps/gateway/src/' },
    { path: '^libs/persistence/' },
  ),
  forbidden(
    'only-the-gateway-calls-services',
    'A service keeps its own copy of what it needs, fed by events.',
    { path: '^apps/(?!gateway/)[^/]+/src/', pathNot: SPEC },
    { path: '(node_modules/undici/|^(node:)?(http|https|http2|net)$)' },
  ),
  forbidden(
    'production-needs-no-dev-dependency',
    'What runs in an image is a dependency.',
    { path: '^(apps|libs|infra/(database|kafka))/', pathNot: TEST_CODE },
    { dependencyTypes: ['npm-dev'] },
  ),
  forbidden(
    'every-import-is-declared',
    'In package.json, and it exists.',
    {},
    {
      dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'],
    },
  ),
];

/** What is given to whoever does not trust us. */
const PUBLISHED = [
  forbidden(
    'laurel-verify-stands-alone',
    'It recomputes by itself: no package, nothing of ours, and of Node nothing that reaches a network.',
    { path: '^packages/laurel-verify/(bin|src)/' },
    { pathNot: ['^packages/laurel-verify/src/', '^(node:)?(crypto|fs|readline|util)$'] },
  ),
  forbidden(
    'the-product-does-not-verify-itself',
    'A rule that the services took from the tool would be checked against itself.',
    { path: '^(apps|libs|infra)/', pathNot: TEST_CODE },
    { path: '^packages/' },
  ),
];

const APP_SRC = '^apps/([^/]+)/src';

const INSIDE_AN_APP = [
  forbidden(
    'domain-knows-only-domain',
    'domain/ imports its own concepts, the kernel and the error codes: no framework, no I/O, no other layer.',
    { path: `${APP_SRC}/domain/`, pathNot: SPEC },
    { pathNot: ['^apps/$1/src/domain/', String.raw`^libs/(kernel|contracts)/src/index\.ts$`] },
  ),
  forbidden(
    'use-cases-know-no-edge',
    'A use case is called by consumers, controllers and reconcilers; it does not know them.',
    { path: `${APP_SRC}/use-cases/`, pathNot: SPEC },
    { path: String.raw`^apps/$1/src/(consumers|http|reconcilers|[^/]+\.module\.ts$|config\.ts$)` },
  ),
  forbidden(
    'persistence-is-the-lowest',
    'Repositories load and store what domain/ defines; they start nothing.',
    { path: `${APP_SRC}/persistence/`, pathNot: SPEC },
    { path: String.raw`^apps/$1/src/(consumers|http|reconcilers|use-cases|[^/]+\.module\.ts$|config\.ts$)` },
  ),
  forbidden(
    'consumers-call-use-cases',
    'A consumer is one call of one use case: no SQL, no HTTP, no loop.',
    { path: `${APP_SRC}/consumers/`, pathNot: SPEC },
    { path: '^apps/$1/src/(persistence|http|reconcilers|migrations)/' },
  ),
  forbidden(
    'reconcilers-take-no-request',
    'A reconciler looks at the state, not at HTTP or events.',
    { path: `${APP_SRC}/reconcilers/`, pathNot: SPEC },
    { path: '^apps/$1/src/(http|consumers)/' },
  ),
  forbidden(
    'http-calls-no-consumer',
    'An edge does not know the other edges.',
    { path: `${APP_SRC}/http/`, pathNot: SPEC },
    { path: '^apps/$1/src/(consumers|reconcilers|migrations)/' },
  ),
  forbidden(
    'no-cycles',
    'Files that need each other are one file, or one too many.',
    {},
    {
      circular: true,
      viaOnly: { dependencyTypesNot: ['type-only'] },
    },
  ),
];

export default {
  forbidden: [...BETWEEN_FOLDERS, ...LIBRARIES, ...PACKAGES, ...PUBLISHED, ...INSIDE_AN_APP],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What is not built yet has no path of its own: it stands as it was written.
    exclude: { path: '^(\\.\\./)*(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
