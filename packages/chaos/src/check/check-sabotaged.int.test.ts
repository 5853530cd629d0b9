import { CHANNELS } from "@pulsecourier/contracts";
import type * as kafka from "@pulsecourier/kafka";
import { eventually } from "@pulsecourier/testkit";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { PlannedSend } from "../load/plan-load.ts";
import { eventRecordOf, upstreamRecord } from "../load/send-event.ts";
import { drain } from "../run/drain.ts";
import { readBacklog } from "./read-backlog.ts";
import type { Carelessness } from "./test-careless-kafka.ts";
import { openTestLine, type TestLine } from "./test-line.ts";

const careless = vi.hoisted((): Carelessness => ({
  commitsEarly: false,
  forgetsDeadLetters: false,
}));
// The services of this file run on it, and are otherwise what they are.
vi.mock("@pulsecourier/kafka", async (original) => {
  const { carelessKafka } = await import("./test-careless-kafka.ts");
  return carelessKafka(await original<typeof kafka>(), careless);
});

const SENT = 8;
const REFUSED = 4;

let line: TestLine;
beforeAll(async () => {
  line = await openTestLine();
}, 60_000);
afterAll(() => line.close());
beforeEach(() => Object.assign(careless, { commitsEarly: false, forgetsDeadLetters: false }));

type Event = Extract<PlannedSend, { way: "event" | "kafka" }>;

const eventsOf = (prefix: string): Event[] =>
  Array.from({ length: SENT + REFUSED }, (_, index) => ({
    way: "kafka",
    atMs: 0,
    lane: "normal",
    eventId: `${prefix}-${index}`,
    message: { recipient: `${prefix}-${index}`, channels: ["email"] },
  }));

const publish = (events: readonly Event[]) =>
  line.producer.send(events.map((event) => upstreamRecord(event, line.topics)));

/** The provider does nothing but hang, or refuses the last recipients for good. */
async function behave(behaviour: object): Promise<void> {
  const { simulatorUrl } = line.sources;
  const response = await fetch(`${simulatorUrl}/__sim/behaviour/sendgrid`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(behaviour),
  });
  expect(response.status).toBe(200);
}

async function callsHanging(): Promise<number> {
  const response = await fetch(`${line.sources.simulatorUrl}/__sim/stats`);
  const { providers }: { providers: Record<string, { statuses: Record<string, number> }> } =
    JSON.parse(await response.text());
  return providers["sendgrid"]?.statuses["none"] ?? 0;
}

const lagOf = async (group: string) => (await readBacklog(line.sources))[`lag of ${group}`];
const workedOff = () =>
  eventually(async () => expect(await readBacklog(line.sources)).toEqual(nothingLeft), {
    timeoutMs: 15_000,
  });
const nothingLeft = {
  "lag of orchestrator": 0,
  "lag of router": 0,
  "lag of tracker": 0,
  ...Object.fromEntries(CHANNELS.map((channel) => [`lag of sender-${channel}`, 0])),
  outbox: 0,
  "outbox of sagas": 0,
  reserved: 0,
  timers: 0,
};

/**
 * Crashes a sender while its calls hang, has another one end them, repeats all records (which would also hide that
 * some were lost), crashes that one too, and judges.
 */
async function crashAndCheck(prefix: string, { repeated = true } = {}) {
  await fetch(`${line.sources.simulatorUrl}/__sim/reset`, { method: "POST" });
  await behave({ hang: true });
  const events = eventsOf(prefix);
  const first = await line.startSender();
  await publish(events);
  await eventually(async () => expect(await callsHanging()).toBe(events.length));
  if (careless.commitsEarly)
    await eventually(async () => expect(await lagOf("sender-email")).toBe(0));
  await first.close();

  const rejectRecipients = events
    .slice(SENT)
    .map(({ message }) => ({ match: `${message.recipient}@example.com`, code: 400 }));
  await behave({ rejectRecipients });
  await line.db.pool.query(
    "update ledger.deliveries set lease_until = now() - interval '1 second'",
  );
  const second = await line.startSender();
  await workedOff();
  if (repeated) await publish(events);
  await workedOff();
  await second.close();
  const sends = events.map((event) => eventRecordOf(event, "ok"));
  const allowed = { duplicates: 0, failures: true };
  return drain(sends, prefix, { sources: line.sources, allowed, patienceMs: 3_000 });
}

test("nothing sabotaged: green, through crash, refusals and repeats", async () => {
  const { verdict } = await crashAndCheck("whole");
  expect(verdict).toMatchObject({ ok: SENT + REFUSED, lost: [], duplicates: [], problems: [] });
  expect(verdict.failed).toHaveLength(REFUSED);
});

test("red when a claim does not see the claims before it", async () => {
  await line.db.pool.query(FORGET_CLAIMS);
  const { verdict } = await crashAndCheck("no-claims");
  await line.db.pool.query("drop trigger forget on ledger.deliveries");
  expect(verdict.duplicates).toHaveLength(SENT);
  expect(verdict.problems.filter((one) => /sent twice and not counted/.test(one))).toHaveLength(
    SENT,
  );
});

test("red when an offset is committed before its record is finished", async () => {
  careless.commitsEarly = true;
  const { verdict } = await crashAndCheck("early-commit", { repeated: false });
  expect(verdict.open).toHaveLength(SENT + REFUSED);
  expect(verdict.problems).toContainEqual(expect.stringMatching(/not ended: early-commit-/));
});

test("red when a dead letter is not waited for", async () => {
  careless.forgetsDeadLetters = true;
  const { verdict } = await crashAndCheck("no-letters");
  expect(verdict.lost).toHaveLength(REFUSED);
  expect(verdict.problems).toContainEqual(expect.stringMatching(/lost: no-letters-.* is failed/));
});

/** Every claim finds an empty ledger. */
const FORGET_CLAIMS = `
create or replace function forget() returns trigger language plpgsql as $$
begin
  if new.state = 'calling' then delete from ledger.deliveries where id = new.id; end if;
  return new;
end $$;
create trigger forget before insert on ledger.deliveries for each row execute function forget()`;
