import { hasEnded, type NotificationView, type SagaView } from "@pulsecourier/contracts";
import { type Db, travel } from "@pulsecourier/db";
import type { Api } from "../api-client.ts";
import { behave } from "../simulator-control.ts";
import { sendEvent } from "./send-event.ts";
import type { Story, StoryStep } from "./story.ts";

export type Stage = { api: Api; db: Db; simulator: string };
/** `missing`: what was expected and did not come, a line each. */
export type ToldStory = { story: Story; views: NotificationView[]; missing: string[] };

const TIMEOUT_MS = 20_000;
const REACHED: readonly string[] = ["sent", "delivered", "read"];

/** Acts out a story and waits for its end. Rejects when a step of it is not reached in 20 s. */
export async function tellStory(story: Story, stage: Stage): Promise<ToldStory> {
  const events: string[] = [];
  const sent: string[] = [];
  const read = () => readViews(stage.api, { events, sent });
  try {
    for (const step of story.steps) {
      if ("publish" in step) events.push(await sendEvent(stage.api, step.publish));
      else if ("send" in step) sent.push(...(await send(stage.api, step.send)));
      else await go(step, stage, read);
    }
    const views = await until(read, (all) => missingFrom(story, all).length === 0);
    const full = views.map(({ id }) => stage.api.get<NotificationView>(`/v1/notifications/${id}`));
    return { story, views: await Promise.all(full), missing: missingFrom(story, views) };
  } finally {
    for (const step of story.steps)
      if ("behave" in step) await behave(stage.simulator, step.behave.provider, {});
  }
}

async function send(api: Api, body: unknown): Promise<string[]> {
  const path = "/v1/notifications";
  const { notifications } = await api.post<{ notifications: { id: string }[] }>(path, body);
  return notifications.map(({ id }) => id);
}

type Read = () => Promise<NotificationView[]>;

async function go(
  step: Exclude<StoryStep, { publish: unknown } | { send: unknown }>,
  { api, db, simulator }: Stage,
  read: Read,
): Promise<void> {
  if ("travel" in step) await travel(db, step.travel);
  else if ("behave" in step) await behave(simulator, step.behave.provider, step.behave.behaviour);
  else if ("ended" in step) {
    const ended = (all: NotificationView[]) => all.filter(({ status }) => hasEnded(status));
    await mustCome(read, (all) => ended(all).length >= step.ended, `${step.ended} to end`);
  } else {
    const isWaiting = async (all: NotificationView[]) => {
      const open = all.filter(({ status }) => !hasEnded(status));
      const inStep = open.map((one) => isIn(step.waiting, one, api));
      return open.length >= (step.count ?? 1) && (await Promise.all(inStep)).every(Boolean);
    };
    await mustCome(read, isWaiting, `its sagas to wait in ${step.waiting}`);
  }
}

/** The saga of a notification waits in a step, for a time or for others. */
async function isIn(step: string, { saga }: NotificationView, api: Api): Promise<boolean> {
  if (saga === undefined) return false;
  const { at } = await api.get<SagaView>(`/v1/sagas/${saga}`);
  return at?.step === step && (at.timer !== null || at.answer !== null);
}

async function readViews(
  api: Api,
  { events, sent }: { events: string[]; sent: string[] },
): Promise<NotificationView[]> {
  const ofEvents = events.map((id) =>
    api.get<{ data: NotificationView[] }>(
      `/v1/notifications?eventId=${encodeURIComponent(id)}&limit=100`,
    ),
  );
  const alone = sent.map((id) => api.get<NotificationView>(`/v1/notifications/${id}`));
  return [
    ...(await Promise.all(ofEvents)).flatMap(({ data }) => data),
    ...(await Promise.all(alone)),
  ];
}

/** What of a story's end is not there yet. */
export function missingFrom(
  { expected }: Pick<Story, "expected">,
  views: readonly Pick<NotificationView, "recipient" | "status" | "deliveries">[],
): string[] {
  return Object.entries(expected).flatMap(([recipient, { statuses, reached }]) => {
    const own = views.filter((one) => one.recipient === recipient);
    const found = own.map(({ status }) => status).toSorted();
    const channels = own
      .flatMap(({ deliveries }) => deliveries)
      .filter(({ status, retractedAt }) => REACHED.includes(status) && retractedAt === undefined)
      .map(({ channel }) => channel)
      .toSorted();
    return [
      ...different(`${recipient}: notifications`, statuses.toSorted(), found),
      ...different(`${recipient}: reached through`, reached.toSorted(), channels),
    ];
  });
}

function different(what: string, expected: readonly string[], found: readonly string[]): string[] {
  if (expected.join() === found.join()) return [];
  return [`${what} ${found.join(", ") || "none"} instead of ${expected.join(", ") || "none"}`];
}

/** Reads until it is so, or the time is over; what was read last. */
async function until(
  read: Read,
  isSo: (views: NotificationView[]) => boolean | Promise<boolean>,
): Promise<NotificationView[]> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    const views = await read();
    if ((await isSo(views)) || performance.now() > deadline) return views;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function mustCome(
  read: Read,
  isSo: (views: NotificationView[]) => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const views = await until(read, isSo);
  if (await isSo(views)) return;
  const found = views.map(({ id, status }) => `${id} ${status}`).join(", ") || "nothing";
  throw new Error(`A story waited ${TIMEOUT_MS / 1_000} s for ${what}; there is ${found}.`);
}
