/**
 * Throws unless an output is what a page shows of it: `…` stands for anything, numbers in JSON for any number;
 * JSON may have more fields than shown.
 */
export function matchOutput(shown: { language: string; text: string }, actual: string): void {
  const fits =
    shown.language === "json"
      ? matchValue(JSON.parse(shown.text), JSON.parse(actual))
      : matchText(shown.text, actual);
  if (!fits) throw new Error(`The page shows\n${shown.text}\nbut it printed\n${actual}`);
}

function matchValue(shown: unknown, actual: unknown): boolean {
  if (typeof shown === "string") return typeof actual === "string" && matchText(shown, actual);
  if (Array.isArray(shown)) {
    const asMany = Array.isArray(actual) && actual.length === shown.length;
    return asMany && shown.every((one, at) => matchValue(one, actual[at]));
  }
  if (isObject(shown)) {
    return (
      isObject(actual) && Object.entries(shown).every(([key, one]) => matchValue(one, actual[key]))
    );
  }
  return typeof shown === "number" ? typeof actual === "number" : shown === actual;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

function matchText(shown: string, actual: string): boolean {
  const pattern = shown
    .trim()
    .split("…")
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(/\s+/g, "\\s+"))
    .join("[^]*?");
  return new RegExp(`^${pattern}$`).test(actual.trim());
}
