/** Progress of slow steps: one line rewritten on a terminal, one line a step elsewhere. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr) {
  const started = performance.now();
  let current = "";
  const seconds = () => `${((performance.now() - started) / 1_000).toFixed(1).padStart(5)} s`;

  return {
    /** Names the step under way; `detail` may change often (bytes of a download). */
    step: (name: string, detail = "") => {
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K  ${seconds()}  ${name}${detail === "" ? "" : `  ${detail}`}`);
      } else if (name !== current) {
        stream.write(`  ${seconds()}  ${name}\n`);
      }
      current = name;
    },
    /** Ends the line, leaving `message` in its place. */
    done: (message: string) => {
      stream.write(`${stream.isTTY ? "\r\x1b[2K" : ""}  ${seconds()}  ${message}\n`);
      current = "";
    },
  };
}
export type Progress = ReturnType<typeof createProgress>;
