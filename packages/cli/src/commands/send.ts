import { randomUUID } from "node:crypto";
import type { NotificationView } from "@pulsecourier/contracts";
import { connect } from "../connect.ts";
import { readJsonFile } from "../read-json-file.ts";
import { print } from "../terminal/print.ts";
import { timelineText } from "../terminal/timeline.ts";

export type SendOptions = {
  json: boolean;
  template?: string;
  data?: unknown;
  subject?: string;
  text?: string;
  channel?: string[];
  lane?: string;
};

/** `pulse send <to>`: an ad-hoc notification to a recipient id or an email address. */
export async function send(to: string, options: SendOptions): Promise<number> {
  const { template, data, subject, text, channel, lane } = options;
  const answer = await connect().post<{ id?: string; eventId: string }>("/v1/notifications", {
    to: to.includes("@") ? { email: to } : to,
    ...(template === undefined
      ? { content: { subject: subject ?? "(no subject)", text: text ?? "" } }
      : { template }),
    ...(data === undefined ? {} : { data }),
    ...(channel === undefined ? {} : { channels: channel }),
    ...(lane === undefined ? {} : { lane }),
  });
  print(options.json, answer, () => `accepted as ${answer.id}\npulse status ${answer.id}`);
  return 0;
}

/** `pulse publish <file>`: CloudEvents from a JSON file (one or an array; `-` reads standard input). */
export async function publish(file: string, options: { json: boolean }): Promise<number> {
  const parsed = readJsonFile(file);
  const api = connect();
  const answers: { id: string }[] = [];
  for (const event of Array.isArray(parsed) ? parsed : [parsed]) {
    answers.push(
      await api.post<{ id: string }>("/v1/events", {
        specversion: "1.0",
        id: randomUUID(),
        ...event,
      }),
    );
  }
  print(options.json, answers, () => answers.map(({ id }) => `accepted event ${id}`).join("\n"));
  return 0;
}

/** `pulse status <id>`: what a notification is and what happened to it; 1 when it did not end well. */
export async function status(id: string, options: { json: boolean }): Promise<number> {
  const view = await connect().get<NotificationView>(`/v1/notifications/${encodeURIComponent(id)}`);
  print(options.json, view, timelineText);
  return ["failed", "partial"].includes(view.status) ? 1 : 0;
}
