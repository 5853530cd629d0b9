/** Milliseconds while they are few, else seconds or minutes. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${ms} ms`;
  return ms < 600_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}
