import type { SettingsView } from "@pulsecourier/contracts";
import { connect } from "../connect.ts";
import { readJsonFile } from "../read-json-file.ts";
import { print } from "../terminal/print.ts";

/** `pulse settings show`: the tenant's identity, sandbox and default country, as JSON. */
export async function showSettings({ json }: { json: boolean }): Promise<number> {
  return printSettings(await connect().get<SettingsView>("/v1/settings"), json);
}

/** `pulse settings put <file>`: replaces them all by a JSON file's; `-` reads standard input. */
export async function putSettings(file: string, { json }: { json: boolean }): Promise<number> {
  return printSettings(await connect().put<SettingsView>("/v1/settings", readJsonFile(file)), json);
}

function printSettings(view: SettingsView, json: boolean): number {
  print(json, view, () => JSON.stringify(view.settings, null, 2));
  return 0;
}
