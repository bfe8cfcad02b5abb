/** A store of checkpoints in memory. */
export function memoryStore(): object {
  const files = new Map<string, Uint8Array>();
  return {
    save: async (name: string, bytes: Uint8Array) => void files.set(name, bytes),
    load: async (name: string) => files.get(name),
    list: async () => [...files.keys()],
    remove: async (name: string) => void files.delete(name),
  };
}
