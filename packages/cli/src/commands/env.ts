import { readDevFile } from "../platform/dev-file.ts";
import { print } from "../terminal/print.ts";

/** `pulse env`: where the dev platform of this checkout is, as variables for `eval "$(npx pulse env)"`. */
export async function env({ json }: { json: boolean }): Promise<number> {
  const dev = readDevFile();
  if (dev === null) throw new Error("Nothing runs in this checkout; run `npm start`.");
  const variables = {
    API: dev.gateway,
    KEY: dev.apiKey,
    REALTIME: dev.realtime,
    SIMULATOR: dev.simulator,
    KAFKA: dev.kafka,
  };
  print(json, variables, () =>
    Object.entries(variables)
      .map(([name, value]) => `export ${name}='${value}'`)
      .join("\n"),
  );
  return 0;
}
