/** The metrics of a platform: each name with the labels of its series; without any when it has no series yet. */
export type ServedMetrics = ReadonlyMap<string, ReadonlySet<string>>;

/** What the services serve at `/metrics` right now, histograms by the names of their series. */
export async function servedMetrics(services: Record<string, string>): Promise<ServedMetrics> {
  const served = new Map<string, Set<string>>();
  for (const url of Object.values(services)) {
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const [, name = "", type] of text.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
      const series = type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
      for (const suffix of series) add(served, name + suffix, []);
    }
    for (const [, name = "", labels = ""] of text.matchAll(/^(\w+)\{(.*)\} \S+$/gm))
      add(
        served,
        name,
        [...labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, label]) => label ?? ""),
      );
  }
  return served;
}

function add(served: Map<string, Set<string>>, name: string, labels: string[]): void {
  const known = served.get(name) ?? new Set();
  for (const label of labels) known.add(label);
  served.set(name, known);
}
