import type { FieldFormat } from "./field-format.ts";
import type { HelperEnv } from "./helper-formats.ts";
import { RenderFailure } from "./render-failure.ts";
import type { VariablePath } from "./variable-path.ts";

/** Most turns of all `#each` of one field together. */
const MAX_TURNS = 10_000;
/** Longest a field may render. Checked at every helper and block, the only places where time can go. */
const MAX_MILLISECONDS = 50;
const MAX_CPU_MICROSECONDS = MAX_MILLISECONDS * 1_000;

/** One rendering of one field: what its operations share, and what it has used of its budget. */
export type RenderRun = HelperEnv & {
  format: FieldFormat;
  paths: readonly VariablePath[];
  turns: number;
  /** Characters written so far; text repeated by loops is counted where the loop ends. */
  written: number;
  /** Set by the first check, so that Handlebars' own compiling on first use does not count. */
  deadline: number;
  /** Taken when the first deadline passes: a machine that is busy with other things is not the template's fault. */
  cpu: NodeJS.CpuUsage | null;
};

export function createRun(
  format: FieldFormat,
  paths: readonly VariablePath[],
  env: HelperEnv,
): RenderRun {
  return { ...env, format, paths, turns: 0, written: 0, deadline: 0, cpu: null };
}

/** Ends a render that takes too long: past the deadline it may use so much of the processor again, and no more. */
export function checkTime(run: RenderRun): void {
  const now = performance.now();
  if (run.deadline === 0) run.deadline = now + MAX_MILLISECONDS;
  if (now <= run.deadline) return;
  if (run.cpu !== null) {
    const { user, system } = process.cpuUsage(run.cpu);
    if (user + system > MAX_CPU_MICROSECONDS) {
      throw new RenderFailure(
        "template_failed",
        `rendering took longer than ${MAX_MILLISECONDS} ms`,
      );
    }
  }
  run.cpu ??= process.cpuUsage();
  run.deadline = now + MAX_MILLISECONDS;
}

/** Counts one turn of an `#each`. */
export function countTurn(run: RenderRun, path: string): void {
  if (++run.turns > MAX_TURNS) {
    throw new RenderFailure(
      "content_too_large",
      `loops run more than ${MAX_TURNS} times in one field`,
      path,
    );
  }
}

/** Ends a render whose text grows over its field's limit. */
export function checkLength(format: FieldFormat, length: number): void {
  if (length > format.maxOutput) {
    throw new RenderFailure(
      "content_too_large",
      `longer than the ${format.maxOutput} characters the field may have`,
    );
  }
}
