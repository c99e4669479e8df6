import tseslint from 'typescript-eslint';
import { plugin } from './infra/check/house-rules.ts';

/** Which part of the house each rule of style.md binds; every rule here has a probe in test/checks. */
const SPECS = ['**/*.spec.ts', '**/*.int-spec.ts', '**/*.e2e-spec.ts'];
const DOMAIN = ['apps/*/src/domain/**/*.ts'];

const laurel = (...names) => Object.fromEntries(names.map((name) => [`laurel/${name}`, 'error']));
const lines = (max) => ({ 'max-lines': ['error', { max, skipBlankLines: false, skipComments: false }] });

export default [
  { ignores: ['**/node_modules/', 'dist/', 'coverage/', '.laurel/'] },
  {
    files: ['**/*.{ts,mjs}'],
    languageOptions: { parser: tseslint.parser },
    linterOptions: { noInlineConfig: true },
    plugins: { '@typescript-eslint': tseslint.plugin, laurel: plugin },
    rules: {
      ...lines(250),
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: false, skipComments: false }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'anywhere' }],
      'no-debugger': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      ...laurel('max-constructor-dependencies', 'no-empty-catch', 'no-focused-or-skipped-tests'),
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: ['./tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
    },
  },
  { files: ['**/*.{ts,mjs}'], ignores: SPECS, rules: laurel('max-params') },
  { files: SPECS, rules: { ...lines(400), 'max-lines-per-function': 'off', ...laurel('no-sleep-in-specs') } },
  { files: ['apps/*/src/main.ts'], rules: lines(40) },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: [...SPECS, '{apps,libs}/*/test/**', 'apps/*/src/config.ts', 'libs/testing/**'],
    rules: { 'no-console': 'error', ...laurel('environment-in-config-only') },
  },
  {
    files: DOMAIN,
    ignores: SPECS,
    rules: laurel(
      'domain-without-clock',
      'domain-without-chance',
      'domain-without-waiting',
      'domain-without-decorators',
      'domain-without-process',
      'domain-takes-error-codes-only',
    ),
  },
  {
    files: ['apps/*/src/**/*.ts'],
    ignores: [...SPECS, 'apps/*/src/persistence/**', 'apps/*/src/migrations/**'],
    rules: laurel('sql-in-its-place'),
  },
  {
    files: ['apps/*/src/consumers/**/*.ts'],
    rules: laurel('consumer-without-try', 'consumer-name-is-a-literal'),
  },
  { files: ['{apps,libs}/*/src/**/*.controller.ts'], rules: laurel('body-has-a-class') },
  { files: ['apps/!(gateway)/src/**/*.ts'], ignores: SPECS, rules: laurel('only-the-gateway-calls') },
];
