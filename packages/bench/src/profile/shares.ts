import { z } from "zod";

/** What `node --cpu-prof` writes: a tree of calls, and which of them ran at each sample. */
export const CpuProfile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  /** Microseconds of the machine's monotonic clock. */
  startTime: z.number(),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});
export type CpuProfile = z.infer<typeof CpuProfile>;

type Node = CpuProfile["nodes"][number];

/** What each part of the code ran itself after `since`, as shares of the time in which anything did. */
export function sharesOf(profile: CpuProfile, since: number): Map<string, number> {
  const { nodes, samples, timeDeltas } = profile;
  const parents = new Map<number, Node>();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const parts = new Map(nodes.map((node) => [node.id, partOf(node, parents)]));
  const micros = new Map<string, number>();
  let at = profile.startTime;
  for (const [index, id] of samples.entries()) {
    const took = timeDeltas[index] ?? 0;
    at += took;
    const part = parts.get(id);
    if (at >= since && part != null) micros.set(part, (micros.get(part) ?? 0) + took);
  }
  const all = [...micros.values()].reduce((sum, value) => sum + value, 0);
  return new Map([...micros].map(([part, value]) => [part, value / all]));
}

const NOTHING = new Set(["(idle)", "(root)"]);
const WRITES = /^write(v|Buffer|Utf8String|Latin1String)$/;

/** Code of the runtime without a place of its own counts for who called it; null for waiting. */
function partOf(node: Node, parents: ReadonlyMap<number, Node>): string | null {
  const { functionName, url } = node.callFrame;
  if (url === "") {
    if (NOTHING.has(functionName)) return null;
    if (functionName === "(garbage collector)") return "garbage collection";
    if (WRITES.test(functionName)) return "writing to sockets";
    const caller = parents.get(node.id);
    return caller === undefined || NOTHING.has(caller.callFrame.functionName)
      ? "Node"
      : partOf(caller, parents);
  }
  if (url.startsWith("node:")) return "Node";
  const library = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return library ?? /\/((?:packages|services)\/[^/]+)\//.exec(url)?.[1] ?? "other";
}
