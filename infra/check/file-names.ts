import type { Fault } from './fault.ts';

/** Where a file may stand and what it may be called. Works on paths alone, relative to the repository's root. */
interface PathRule {
  readonly message: string;
  readonly breaks: (path: string) => boolean;
}

const ROLES = 'module|controller|consumer|repository|reconciler|errors|config|request|entity|v[1-9]\\d*';
const TESTS = 'spec|int-spec|e2e-spec';
const CODE_NAME = new RegExp(`^[a-z0-9]+(-[a-z0-9]+)*(\\.(${ROLES}))?(\\.(${TESTS}))?(\\.d\\.mts|\\.ts|\\.mjs)$`);
const BANNED_WORDS = new Set(['shared', 'common', 'core', 'util', 'utils', 'helper', 'helpers', 'manager', 'misc']);
const APP_FOLDERS = new Set(['domain', 'use-cases', 'consumers', 'reconcilers', 'http', 'persistence', 'migrations']);
/** The gateway decides and keeps nothing: it has an edge, and what an edge is made of. */
const GATEWAY_FOLDERS = new Set(['http', 'forwarding', 'composition', 'routes', 'openapi']);
const HOME_OF_ROLE: Readonly<Record<string, string>> = {
  controller: 'http',
  request: 'http',
  consumer: 'consumers',
  reconciler: 'reconcilers',
  repository: 'persistence',
  entity: 'persistence',
  errors: 'domain',
};
const MAX_DEPTH_BELOW_SRC = 3;

export const PATH_RULES: Readonly<Record<string, PathRule>> = {
  'kebab-case-with-a-role-of-the-list': {
    message: 'kebab-case with at most one role suffix of the closed list',
    breaks: (path) => isCode(path) && !CODE_NAME.test(fileOf(path)),
  },
  'no-empty-words': {
    message: 'say what it does: shared, common, core, utils and their kin say nothing',
    breaks: (path) => path.split(/[/.-]/).some((word) => BANNED_WORDS.has(word)),
  },
  'role-in-its-folder': {
    message: 'a role suffix belongs to one folder of the app',
    breaks: (path) => {
      const place = inApp(path);
      const home = HOME_OF_ROLE[roleOf(path) ?? ''];
      return place !== undefined && home !== undefined && place[0] !== home && !path.startsWith('apps/gateway/');
    },
  },
  'folder-holds-its-role': {
    message: 'consumers/, reconcilers/ hold one role each; http/ controllers, requests and what they speak with',
    breaks: (path) => {
      const folder = inApp(path)?.[0];
      const role = roleOf(path);
      return (folder === 'consumers' && role !== 'consumer') || (folder === 'reconcilers' && role !== 'reconciler');
    },
  },
  'closed-list-of-app-folders': {
    message: `below an app’s src/: ${[...APP_FOLDERS].join(', ')}, <app>.module.ts, config.ts, main.ts`,
    breaks: (path) => {
      const place = inApp(path);
      if (place === undefined) return false;
      if (place.length > 1) return !foldersOf(path).has(place[0] ?? '');
      return ![`${path.split('/')[1]}.module.ts`, 'config.ts', 'main.ts'].includes(place[0] ?? '') && !isTest(path);
    },
  },
  'at-most-three-below-src': {
    message: 'at most three levels below src/',
    breaks: (path) => {
      const [, below] = path.split(/^(?:apps|libs)\/[^/]+\/src\//);
      return below !== undefined && below.split('/').length > MAX_DEPTH_BELOW_SRC;
    },
  },
  'tests-in-their-place': {
    message: '*.spec.ts beside the code or in test/, *.int-spec.ts in a test folder, *.e2e-spec.ts in test/system',
    breaks: (path) =>
      (path.endsWith('.int-spec.ts') && !/^((apps|libs|infra)\/[^/]+\/)?test\//.test(path)) ||
      (path.endsWith('.e2e-spec.ts') && !path.startsWith('test/system/')),
  },
  'migrations-are-migrations': {
    message: 'migrations/ holds <timestamp>-<name>.ts, index.ts and schema.sql',
    breaks: (path) =>
      inApp(path)?.[0] === 'migrations' && !/\/migrations\/(\d{13}-[a-z0-9-]+\.ts|index\.ts|schema\.sql)$/.test(path),
  },
};

/** Every place where a path breaks a rule. */
export function pathFaults(paths: readonly string[]): Fault[] {
  return paths.flatMap((path) =>
    Object.entries(PATH_RULES)
      .filter(([, rule]) => rule.breaks(path))
      .map(([rule, { message }]) => ({ rule, place: path, message })),
  );
}

/** Every app has its README, its only wiring, its only reader of the environment, and its main. */
export function missingAppFiles(paths: readonly string[]): Fault[] {
  const present = new Set(paths);
  const apps = [...new Set(paths.flatMap((path) => /^apps\/([^/]+)\//.exec(path)?.[1] ?? []))];
  return apps.flatMap((app) =>
    ['README.md', `src/${app}.module.ts`, 'src/config.ts', 'src/main.ts']
      .map((file) => `apps/${app}/${file}`)
      .filter((file) => !present.has(file))
      .map((file) => ({ rule: 'every-app-has-its-files', place: file, message: 'is missing' })),
  );
}

function foldersOf(path: string): ReadonlySet<string> {
  return path.startsWith('apps/gateway/') ? GATEWAY_FOLDERS : APP_FOLDERS;
}

function fileOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isCode(path: string): boolean {
  return /^(apps|libs|infra|test|packages)\/.*\.(ts|mjs|js|cjs|mts)$/.test(path);
}

function isTest(path: string): boolean {
  return new RegExp(`\\.(${TESTS})\\.ts$`).test(path);
}

function roleOf(path: string): string | undefined {
  return new RegExp(`\\.(${ROLES})(?:\\.(?:${TESTS}))?\\.ts$`).exec(fileOf(path))?.[1];
}

/** The segments below an app's src/, undefined elsewhere. */
function inApp(path: string): string[] | undefined {
  return /^apps\/[^/]+\/src\/(.+)$/.exec(path)?.[1]?.split('/');
}
