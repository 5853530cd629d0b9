import type { HelperOptions } from "handlebars";
import { HELPERS, isTruthy } from "./helper-table.ts";
import { RenderFailure } from "./render-failure.ts";
import { type RenderRun, checkLength, checkTime, countTurn } from "./render-run.ts";
import { pathText } from "./variable-path.ts";

/** Variables of a block: Handlebars hands them on from frame to frame; each `#each` adds one frame. */
type Frame = { run: RenderRun; root: unknown; _parent?: Frame; key?: string | number };
type Options = Omit<HelperOptions, "data"> & { data: Frame };
type Operation = (...args: never[]) => unknown;

/** What bound programs call; the names cannot be written in a template. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  __out: (value: unknown, path: number, { data }: Options) => {
    const { run } = data;
    const written = attempt(data, path, () => run.format.escape(printable(value, data, path)));
    checkLength(run.format, (run.written += written.length));
    return written;
  },
  __raw: (value: unknown, path: number, { data }: Options) => {
    const written = printable(value, data, path);
    checkLength(data.run.format, (data.run.written += written.length));
    return written;
  },
  __need: (value: unknown, path: number, { data }: Options) => present(value, data, path),
  __if: function (this: unknown, value: unknown, options: Options) {
    return isTruthy(value) ? options.fn(this) : options.inverse(this);
  },
  __unless: function (this: unknown, value: unknown, options: Options) {
    return isTruthy(value) ? options.inverse(this) : options.fn(this);
  },
  __with: function (this: unknown, value: unknown, path: number, options: Options) {
    if (!isTruthy(value) && options.hash["mayMiss"] === true) return options.inverse(this);
    const context = present(value, options.data, path);
    return options.fn(context, { data: options.data, blockParams: [context] });
  },
  __each: function (this: unknown, value: unknown, path: number, options: Options) {
    const { data, hash } = options;
    const missing = value === undefined || value === null;
    const list = missing && hash["mayMiss"] === true ? [] : present(value, data, path);
    if (typeof list !== "object" || list === null) {
      const detail = "`#each` needs a list or an object";
      throw new RenderFailure("template_failed", detail, fullPath(data, path));
    }
    const text = eachEntry(Object.entries(list), Array.isArray(list), path, options);
    return text ?? options.inverse(this);
  },
  __partial: (value: unknown, path: number, { fn, data, hash }: Options) => {
    checkTime(data.run);
    const context = path < 0 ? value : present(value, data, path);
    if (Object.keys(hash).length === 0) return fn(context, { data });
    return fn(typeof context === "object" ? { ...context, ...hash } : hash, { data });
  },
};

/** The operations and helpers a program calls. Handlebars copies the table at each render, so it holds only those. */
export function operationsFor(used: Iterable<string>): Record<string, Operation> {
  const operations: Record<string, Operation> = {};
  for (const name of used) {
    const operation = OPERATIONS[name] ?? helperOperation(name);
    if (operation !== undefined) operations[name] = operation;
  }
  return operations;
}

/** A missing argument gets here only where the template allows it; the helper's result is then missing too. */
function helperOperation(name: string): Operation | undefined {
  const helper = HELPERS[name];
  if (helper === undefined) return undefined;
  return (...given: unknown[]) => {
    const { hash, data } = given.pop() as Options; // Handlebars passes its options last.
    checkTime(data.run);
    return helper.lenient === undefined && given.includes(undefined)
      ? undefined
      : helper.run(given, hash, data.run);
  };
}

function eachEntry(
  entries: [string, unknown][],
  isList: boolean,
  path: number,
  options: Options,
): string | undefined {
  if (entries.length === 0) return undefined;
  const { run } = options.data;
  const last = entries.length - 1;
  let text = "";
  for (const [index, [name, value]] of entries.entries()) {
    countTurn(run, pathText(run.paths[path] ?? []));
    checkTime(run);
    const key = isList ? index : name;
    const data = {
      ...options.data,
      _parent: options.data,
      key,
      index,
      first: index === 0,
      last: index === last,
    };
    text += options.fn(value, { data, blockParams: [value, key] });
    checkLength(run.format, text.length);
  }
  return text;
}

function printable(value: unknown, data: Frame, path: number): string {
  const found = present(value, data, path);
  if (typeof found === "string") return found;
  if (typeof found === "number" || typeof found === "boolean") return String(found);
  const what = Array.isArray(found) ? "a list" : "an object";
  const detail = `is ${what}, not a text or number`;
  throw new RenderFailure("template_failed", detail, fullPath(data, path));
}

function present(value: unknown, data: Frame, path: number): unknown {
  if (value !== undefined && value !== null) return value;
  const detail = "the template needs a value the data does not have";
  throw new RenderFailure("template_value_missing", detail, fullPath(data, path));
}

function attempt<T>(data: Frame, path: number, escape: () => T): T {
  try {
    return escape();
  } catch (error) {
    if (!(error instanceof RenderFailure) || error.path !== undefined) throw error;
    throw new RenderFailure(error.code, error.message, fullPath(data, path));
  }
}

function fullPath(data: Frame, path: number): string {
  const keys: (string | number)[] = [];
  for (let frame: Frame | undefined = data; frame !== undefined; frame = frame._parent) {
    if (frame.key !== undefined && frame._parent !== undefined) keys.unshift(frame.key);
  }
  return pathText(data.run.paths[path] ?? [], keys);
}
