/**
 * Writes src/maven-lock.json: every jar the embedded servers need, with its size and SHA-256.
 * Run it after changing a version below; it needs Maven on the PATH:
 * `node packages/embedded/scripts/lock-maven.ts`
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// slf4j-simple: Kafka's jars come without a logging back end, and this one is 15 KB.
const roots = {
  kafka: ["org.apache.kafka:kafka_2.13:4.3.1", "org.slf4j:slf4j-simple:1.7.36"],
  redis: ["com.github.codemonstur:embedded-redis:1.4.4"],
};

const work = mkdtempSync(join(tmpdir(), "lock-maven-"));

function maven(...args: string[]): void {
  execFileSync("mvn", ["-q", "-B", ...args], { cwd: work, stdio: ["ignore", "ignore", "inherit"] });
}

function dependency(coordinate: string, exclusions: string): string {
  const [groupId, artifactId, version] = coordinate.split(":");
  return `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId>
    <version>${version}</version>${exclusions}</dependency>`;
}

function lock(coordinates: string[], exclusions: string): object[] {
  writeFileSync(
    join(work, "pom.xml"),
    `<project><modelVersion>4.0.0</modelVersion><groupId>lock</groupId><artifactId>lock</artifactId>
    <version>1</version><dependencies>${coordinates.map((c) => dependency(c, exclusions)).join("")}
    </dependencies></project>`,
  );
  maven("dependency:list", "-DincludeScope=runtime", `-DoutputFile=${join(work, "list.txt")}`);
  maven("dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=jars");
  const listed = readFileSync(join(work, "list.txt"), "utf8").matchAll(
    /^\s+([^:\s]+):([^:]+):jar:([^:]+):/gm,
  );
  return Array.from(listed, ([, groupId, artifactId, version]) => {
    const bytes = readFileSync(join(work, "jars", `${artifactId}-${version}.jar`));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { groupId, artifactId, version, size: bytes.length, sha256 };
  }).toSorted((a, b) =>
    `${a.groupId}:${a.artifactId}`.localeCompare(`${b.groupId}:${b.artifactId}`),
  );
}

const alone = `<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>`;
const locked = { kafka: lock(roots.kafka, ""), redis: lock(roots.redis, alone) };
writeFileSync(
  new URL("../src/maven-lock.json", import.meta.url),
  `${JSON.stringify(locked, null, 2)}\n`,
);
rmSync(work, { recursive: true });
