/** What an error says, or its code where it says nothing, as connection errors of Node may. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first] = error instanceof AggregateError ? error.errors : [];
  if (first instanceof Error) return messageOf(first);
  if (error.message === "fetch failed" && error.cause !== undefined) return messageOf(error.cause);
  return error.message || ("code" in error ? String(error.code) : error.name);
}
