/** Milliseconds as tables show them; a dash where nothing was measured. */
export const seconds = (ms: number | null) => (ms === null ? "–" : `${(ms / 1_000).toFixed(1)} s`);
