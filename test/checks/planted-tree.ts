import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';

/** A file that breaks exactly the named rule, or none when `rule` is null. */
export interface Planted {
  readonly rule: string | null;
  readonly file: string;
  readonly source?: string;
  /** Lengthens the file by `fill.line` until it has so many lines. */
  readonly fill?: { readonly line: string; readonly lines: number };
}

export function plantedIn(table: string): Planted[] {
  return parse(readFileSync(`test/checks/planted/${table}.yaml`, 'utf8')) as Planted[];
}

/** A temporary copy of the check's configuration with the planted files, and nothing else, in it. */
export class PlantedTree implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), 'laurel-planted-'));

  constructor(configuration: readonly string[], planted: readonly Planted[]) {
    for (const path of configuration) cpSync(path, join(this.root, path), { recursive: true });
    for (const file of planted) this.write(file.file, sourceOf(file));
  }

  write(path: string, source: string): void {
    const target = join(this.root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, source);
  }

  linkNodeModules(): void {
    symlinkSync(resolve('node_modules'), join(this.root, 'node_modules'));
  }

  /** Runs node here; an exit code other than 0 is what a check with faults answers. */
  node(args: readonly string[]): string {
    const options = { cwd: this.root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: 'pipe' } as const;
    try {
      return execFileSync(process.execPath, args, options);
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      if (stdout === undefined || stdout === '') throw new Error(`nothing but: ${stderr}`, { cause: error });
      return stdout;
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function sourceOf({ source = '', fill }: Planted): string {
  if (fill === undefined) return source;
  const lines = source === '' ? [] : source.trimEnd().split('\n');
  while (lines.length < fill.lines) lines.push(fill.line);
  return `${lines.join('\n')}\n`;
}
