import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Reply, startTestGateway } from "../test-gateway.ts";

/** A gateway whose attachments lie in a folder of the test's own. */
export async function startWithFolder(env: Record<string, string> = {}) {
  const dir = await mkdtemp(join(tmpdir(), "pulse-attachments-"));
  const gateway = await startTestGateway({ ATTACHMENTS_DIR: dir, ...env });
  return {
    ...gateway,
    /** Names of the files there are. */
    async files(): Promise<string[]> {
      const all = await readdir(dir, { recursive: true, withFileTypes: true });
      return all.filter((one) => one.isFile()).map(({ name }) => name);
    },
    upload: (
      raw: Buffer,
      o: { filename?: string; type?: string; key?: string } = {},
    ): Promise<Reply> => {
      const { filename = "invoice.pdf", type = "application/pdf", key } = o;
      return gateway.call(`POST /v1/attachments?filename=${encodeURIComponent(filename)}`, {
        raw,
        headers: { "content-type": type },
        ...(key !== undefined && { key }),
      });
    },
    async close() {
      await gateway.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A file nobody stored before. */
export const newFile = (size = 1_000) =>
  Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(size - 9)]);
