/** Progress of slow steps: one line rewritten on a terminal, one line a step elsewhere. */
export type Progress = {
  /** Names the step under way; `detail` may change often (bytes of a download). */
  step: (name: string, detail?: string) => void;
  /** Leaves a line of its own, such as a warning, above the step under way. */
  note: (line: string) => void;
  /** Ends the line, leaving `message` in its place. */
  done: (message: string) => void;
};

export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const started = performance.now();
  let current = "";
  let shown = "";
  const stamped = (text: string) =>
    `${((performance.now() - started) / 1_000).toFixed(1).padStart(5)} s  ${text}`;
  const show = () => stream.write(`\r\x1b[2K${fit(stamped(shown), stream.columns)}`);
  // Long steps show that time passes.
  const ticking = stream.isTTY ? setInterval(() => shown !== "" && show(), 100).unref() : null;

  return {
    step: (name, detail = "") => {
      if (stream.isTTY) {
        shown = detail === "" ? name : `${name}  ${detail}`;
        show();
      } else if (name !== current) {
        stream.write(`${stamped(name)}\n`);
      }
      current = name;
    },
    note: (line) => {
      stream.write(`${shown === "" ? "" : "\r\x1b[2K"}${line}\n`);
      if (shown !== "") show();
    },
    done: (message) => {
      stream.write(`${stream.isTTY ? "\r\x1b[2K" : ""}${stamped(message)}\n`);
      current = shown = "";
      if (ticking !== null) clearInterval(ticking);
    },
  };
}

/** A line that wrapped could not be rewritten. */
function fit(line: string, columns = 80): string {
  return line.length < columns ? line : `${line.slice(0, columns - 2)}…`;
}
