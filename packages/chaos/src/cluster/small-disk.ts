import { execFile } from "node:child_process";
import { closeSync, openSync, readlinkSync, rmSync, writeSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { EmbeddedServer } from "@pulsecourier/embedded";

const run = promisify(execFile);
const CHUNK = Buffer.alloc(1024 * 1024);
const SMALLEST_WRITE = 512;

export type SmallDisk = {
  /** Leaves no byte free. */
  fill: () => void;
  /** Makes room again. */
  free: () => void;
  /** Puts the data back where it was, with the server stopped meanwhile. */
  remove: () => Promise<void>;
};

/** Whether this process may mount a file system; what must be so for `moveToSmallDisk`. */
export const canMount = process.platform === "linux" && process.getuid?.() === 0;

/** Moves the data of a server to a file system of its own in memory with `spareMb` left, while it is stopped. */
export async function moveToSmallDisk(server: EmbeddedServer, spareMb: number): Promise<SmallDisk> {
  const data = dataOf(server);
  const kept = `${data}.kept`;
  const ballast = join(data, "ballast");
  await server.stop();
  await rename(data, kept);
  await mkdir(data);
  const { stdout } = await run("du", ["-sm", kept]);
  const size = Number.parseInt(stdout, 10) + spareMb;
  await run("mount", ["-t", "tmpfs", "-o", `size=${size}m`, "tmpfs", data]);
  await copyInto(data, kept);
  await server.start();
  return {
    fill: () => fillWith(ballast),
    free: () => rmSync(ballast, { force: true }),
    async remove() {
      await server.stop();
      await rm(kept, { recursive: true, force: true });
      await mkdir(kept);
      await copyInto(kept, data);
      await run("umount", [data]);
      await rm(data, { recursive: true });
      await rename(kept, data);
      await server.start();
    },
  };
}

/** Kafka runs beside its data, Postgres in it. */
function dataOf({ pid }: EmbeddedServer): string {
  const directory = readlinkSync(`/proc/${pid}/cwd`);
  return basename(directory) === "data" ? directory : join(directory, "data");
}

/** With owners, modes and holes, those of the directory itself included. */
async function copyInto(target: string, source: string): Promise<void> {
  await run("cp", ["-a", "--sparse=always", `${source}/.`, target]);
}

function fillWith(path: string): void {
  const file = openSync(path, "a");
  try {
    for (let length = CHUNK.length; length >= SMALLEST_WRITE;) {
      try {
        writeSync(file, CHUNK, 0, length);
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
        length /= 2;
      }
    }
  } finally {
    closeSync(file);
  }
}
