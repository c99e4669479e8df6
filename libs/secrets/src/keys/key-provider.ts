/** A data key as it is stored: encrypted by a master key that it names, so that master keys can be replaced one by one. */
export interface WrappedKey {
  readonly masterKeyId: string;
  readonly bytes: Buffer;
}

/**
 * Where master keys are. They never leave it: it wraps and unwraps data keys, each bound to the bytes it was wrapped
 * with. A key ring of this machine and a key management system are two of its kind.
 */
export interface KeyProvider {
  /** Names the master key that data keys are wrapped with from now on. */
  currentKeyId(): string;
  /** The master keys that it can unwrap with, the current one among them. */
  keyIds(): readonly string[];
  wrap(dataKey: Buffer, binding: Buffer): Promise<WrappedKey>;
  /** @throws Error when the master key is not there (any more), or the bytes are not what was wrapped for this binding */
  unwrap(wrapped: WrappedKey, binding: Buffer): Promise<Buffer>;
}
