import DataLoader from 'dataloader';

/** A loader of single things by key; absent (or invisible) ones are null. */
export function loaderOfOne<T>(
  read: (keys: readonly string[]) => Promise<readonly T[]>,
  keyOf: (value: T) => string,
): DataLoader<string, T | null> {
  return new DataLoader(async (keys) => {
    const found = new Map((await read(keys)).map((value) => [keyOf(value), value]));
    return keys.map((key) => found.get(key) ?? null);
  });
}

/** A loader of lists by key, in the order they were read; absent ones are empty. */
export function loaderOfMany<T>(
  read: (keys: readonly string[]) => Promise<readonly T[]>,
  keyOf: (value: T) => string,
): DataLoader<string, readonly T[]> {
  return new DataLoader(async (keys) => {
    const found = new Map<string, T[]>(keys.map((key) => [key, []]));
    for (const value of await read(keys)) found.get(keyOf(value))?.push(value);
    return keys.map((key) => found.get(key) ?? []);
  });
}
