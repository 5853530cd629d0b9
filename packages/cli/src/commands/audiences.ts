import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { AudienceItem, AudienceView, FanoutView, UploadResult } from "@pulsecourier/contracts";
import { connect } from "../connect.ts";
import { print } from "../terminal/print.ts";
import { table } from "../terminal/table.ts";

/** `pulse audiences list`: by name, at most 100. */
export async function listAudiences({ json }: { json: boolean }): Promise<number> {
  const { data } = await connect().get<{ data: AudienceItem[] }>("/v1/audiences?limit=100");
  print(json, data, () =>
    data.length === 0
      ? "there are none"
      : table(
          ["name", "open", "description"],
          data.map(({ name, open, description = "" }) => [name, open ? "yes" : "no", description]),
        ),
  );
  return 0;
}

/** `pulse audiences show <name>`: what it says of itself and how many members it has. */
export async function showAudience(name: string, { json }: { json: boolean }): Promise<number> {
  const view = await connect().get<AudienceView>(pathOf(name));
  const { members, open, description = "" } = view;
  print(json, view, () => `${members} members${open ? ", open" : ""}  ${description}`.trimEnd());
  return 0;
}

/** `pulse audiences upload <name> <file>`: adds the recipients of a file; 1 when it has bad lines. */
export async function uploadMembers(
  name: string,
  file: string,
  { json }: { json: boolean },
): Promise<number> {
  const contentType = file.endsWith(".csv") ? "text/csv" : "application/x-ndjson";
  const body = Readable.toWeb(createReadStream(file));
  const result = await connect().upload<UploadResult>(`${pathOf(name)}/upload`, {
    contentType,
    body,
  });
  const { added, alreadyMembers, bad, badLines } = result;
  print(json, result, () =>
    [
      `${added} added, ${alreadyMembers} were members, ${bad} bad lines`,
      ...badLines.map(({ line, detail }) => `line ${line} ${detail}`),
    ].join("\n"),
  );
  return bad === 0 ? 0 : 1;
}

/** `pulse fanouts show <id>`: how far an event has got through an audience. */
export async function showFanout(id: string, { json }: { json: boolean }): Promise<number> {
  printFanout(await connect().get<FanoutView>(`/v1/fanouts/${encodeURIComponent(id)}`), json);
  return 0;
}

/** `pulse fanouts cancel <id>`: no further page begins. */
export async function cancelFanout(id: string, { json }: { json: boolean }): Promise<number> {
  const path = `/v1/fanouts/${encodeURIComponent(id)}/cancel`;
  printFanout(await connect().post<FanoutView>(path), json);
  return 0;
}

function printFanout(view: FanoutView, json: boolean): void {
  const { status, expanded, pages, members, audience } = view;
  const of = audience === undefined ? "" : ` of ${members} in ${audience}`;
  print(json, view, () => `${status}: ${expanded}${of}, ${pages} pages`);
}

const pathOf = (name: string) => `/v1/audiences/${encodeURIComponent(name)}`;
