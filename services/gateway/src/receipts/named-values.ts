const NAMED = /^([a-z][a-z0-9-]{0,31})=(.+)$/s;

/**
 * A variable that may hold the values of several accounts, `eu=one,us=two`: the values by the accounts' names, those
 * of one name joined by commas again. A value without names is everybody's, by the name "".
 */
export function namedValues(text: string): ReadonlyMap<string, string> {
  const found = text.split(",").map((part) => NAMED.exec(part.trim()));
  const values = new Map<string, string>();
  for (const match of found) {
    if (match === null) return new Map([["", text]]);
    const [, name = "", value = ""] = match;
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return values;
}
