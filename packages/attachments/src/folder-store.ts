import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { objectPath } from "./object-path.ts";
import { type AttachmentStore, type ObjectKey, StoreUnavailableError } from "./store.ts";

/** Keeps objects as files below `dir`, which all that store and send share. Made when first written to. */
export function createFolderStore({ dir }: { dir: string }): AttachmentStore {
  const fileOf = (key: ObjectKey) => join(dir, objectPath(key));
  const partOf = (key: ObjectKey) => `${fileOf(key)}.part`;
  return {
    async put(key, content, size) {
      const part = partOf(key);
      try {
        await write(part, content, size);
        await failing(() => rename(part, fileOf(key)));
      } catch (error) {
        // What cannot be removed now is removed with the object.
        await rm(part, { force: true }).catch(() => undefined);
        throw error;
      }
    },
    get: (key, { size, signal }) =>
      failing(async () => {
        const file = fileOf(key);
        const found = await stat(file).catch(noneIfMissing);
        if (found === null || found.size !== size) return null;
        return readFile(file, { signal }).catch(noneIfMissing);
      }),
    remove: (key) =>
      failing(async () => {
        await rm(fileOf(key), { force: true });
        await rm(partOf(key), { force: true });
      }),
    close: () => undefined,
  };
}

async function write(part: string, content: AsyncIterable<Buffer>, size: number): Promise<void> {
  const file = await failing(async () => {
    await mkdir(dirname(part), { recursive: true });
    return open(part, "w");
  });
  try {
    let written = 0;
    for await (const chunk of content) {
      written += chunk.length;
      await failing(() => file.writeFile(chunk));
    }
    if (written !== size) throw new Error(`expected ${size} bytes, got ${written}`);
    // On the disk, not in memory alone.
    await failing(() => file.sync());
  } finally {
    await file.close();
  }
}

/** Errors of the file system, as opposed to those of what is being stored. */
async function failing<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new StoreUnavailableError(error);
  }
}

function noneIfMissing(error: unknown): null {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
  throw error;
}
