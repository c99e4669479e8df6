import { declarationOf } from '#libs/messaging';
import type { DynamicModule, ForwardReference, Provider, Type } from '@nestjs/common';

type ModuleImport = Type | DynamicModule | Promise<DynamicModule> | ForwardReference | undefined;

/**
 * The names of all consumers that a module and its imports provide, sorted, found without starting anything.
 * @param module the service's module, as its bootstrap makes it
 */
export async function listConsumers(module: Type | DynamicModule): Promise<string[]> {
  const names = new Set<string>();
  await collect(module, names, new Set());
  return [...names].sort();
}

async function collect(imported: ModuleImport, names: Set<string>, seen: Set<unknown>): Promise<void> {
  const resolved = await imported;
  if (resolved === undefined || seen.has(resolved)) return;
  seen.add(resolved);
  if ('forwardRef' in resolved) return collect(resolved.forwardRef() as ModuleImport, names, seen);
  const dynamic = 'module' in resolved ? resolved : undefined;
  const type: Type = dynamic === undefined ? (resolved as Type) : dynamic.module;
  for (const provider of [...metadata<Provider>('providers', type), ...(dynamic?.providers ?? [])]) {
    const declared = declarationOf(classOf(provider));
    if (declared !== undefined) names.add(declared.name);
  }
  for (const next of [...metadata<ModuleImport>('imports', type), ...((dynamic?.imports ?? []) as ModuleImport[])]) {
    await collect(next, names, seen);
  }
}

function metadata<T>(key: 'providers' | 'imports', type: Type): T[] {
  return (Reflect.getMetadata(key, type) as T[] | undefined) ?? [];
}

function classOf(provider: Provider): object {
  if (typeof provider === 'function') return provider;
  return 'useClass' in provider ? provider.useClass : provider;
}
