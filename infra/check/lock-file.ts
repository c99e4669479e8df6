import type { Fault } from './fault.ts';

export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * What a package asks for and the lock file lacks. `npm install` passes over a platform's package that the registry does
 * not have (yet); a later `npm ci` refuses the whole lock file for it.
 */
export function unlockedDependencies(lock: LockFile): Fault[] {
  return Object.entries(lock.packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => !placesOf(path, name).some((place) => place in lock.packages))
      .map((name) => ({
        rule: 'npm-ci-must-pass',
        place: 'package-lock.json',
        message: `${path || 'package.json'} wants ${name}, which is not locked: pin a version whose platforms exist`,
      })),
  );
}

/** Where Node would look for a dependency of the package: in it, then in each package around it, then at the root. */
function placesOf(path: string, name: string): string[] {
  const around = path
    .split('/node_modules/')
    .map((_part, index, parts) => parts.slice(0, index + 1).join('/node_modules/'));
  return [...around.filter((place) => place !== '').map((place) => `${place}/`), ''].map(
    (place) => `${place}node_modules/${name}`,
  );
}
