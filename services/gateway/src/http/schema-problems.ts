import { CHANNELS, type Problem, PulseError } from "@pulsecourier/contracts";
import { z } from "zod";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** At most this many places are listed; a body can hold thousands. */
const MAX_PROBLEMS = 50;

/** The value as the schema says, or `invalid_request` (`unknown_channel` where that is all) with every place. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, at: Path = []): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw schemaError(result.error.issues, at);
}

/** The error for a value that does not fit; `at` is where in the body the value stands. */
export function schemaError(issues: readonly Issue[], at: Path = []): PulseError {
  const problems = toProblems(issues, at);
  if (issues.every(namesNoChannel)) {
    const detail = `Channels are ${CHANNELS.join(", ")}.`;
    return new PulseError("unknown_channel", detail, { problems });
  }
  return new PulseError("invalid_request", undefined, { problems });
}

/** Issues as places: JSON pointer (RFC 6901) and what is wrong there. */
export function toProblems(issues: readonly Issue[], at: Path = []): Problem[] {
  return issues.flatMap((issue) => places(issue, at)).slice(0, MAX_PROBLEMS);
}

/** JSON pointer (RFC 6901) of a path. */
export function pointerOf(path: Path): string {
  return path
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** What is wrong, in words. */
export function detailOf(issue: Issue): string {
  if (isMissing(issue)) return "is required";
  const kinds = new Set(kindsOf(issue));
  return kinds.size > 1 ? `expected ${[...kinds].join(" or ")}` : issue.message;
}

function isMissing(issue: Issue): boolean {
  if (issue.code === "invalid_union") {
    return issue.errors.length > 0 && issue.errors.every((branch) => branch.some(isMissing));
  }
  return issue.code === "invalid_type" && issue.message.endsWith("received undefined");
}

function kindsOf(issue: Issue): string[] {
  if (issue.code === "invalid_union") return issue.errors.flat().flatMap(kindsOf);
  return issue.code === "invalid_type" ? [issue.expected] : [];
}

function places(issue: Issue, at: Path): Problem[] {
  const path = [...at, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...path, key]),
      detail: "unknown field",
    }));
  }
  if (issue.code === "invalid_union") {
    // The branch whose kind of value fits is the one that was meant; among several, the one that fits best.
    const fitting = issue.errors.filter((branch) => !branch.some(isOtherKind));
    const [meant] = fitting.toSorted((one, other) => one.length - other.length);
    if (meant) return meant.flatMap((inner) => places(inner, path));
  }
  return [{ pointer: pointerOf(path), detail: detailOf(issue) }];
}

function isOtherKind(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code !== "invalid_union") return issue.code === "invalid_type";
  return issue.errors.every((branch) => branch.some(isOtherKind));
}

function namesNoChannel(issue: Issue): boolean {
  return issue.code === "invalid_value" && issue.path.includes("channels");
}
