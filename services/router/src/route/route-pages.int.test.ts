import { randomUUID } from "node:crypto";
import { PAGE_TYPE } from "@pulsecourier/contracts";
import type { InRecord, OutRecord } from "@pulsecourier/kafka";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adhoc, adhocId, event, NOW, record, testRouter } from "../test-router.ts";
import { routeEvents } from "./route-events.ts";

let router: Awaited<ReturnType<typeof testRouter>>;
beforeAll(async () => (router = await testRouter(await testDatabase())));
afterAll(() => router.close());

/** An audience of `count` members, `u-00000` and so on. */
async function newAudience(count: number, name = `a-${randomUUID()}`): Promise<string> {
  await router.db.pool.query(
    `with a as (insert into directory.audiences (tenant, name, open) values ('acme', $1, false) returning id)
     insert into directory.members (audience, recipient)
     select a.id, 'u-' || lpad(n::text, 5, '0') from a, generate_series(0, $2 - 1) n`,
    [name, count],
  );
  return name;
}

const change = (statement: string, name: string) =>
  router.db.pool.query(
    `${statement} (select id from directory.audiences where tenant = 'acme' and name = '${name}')`,
  );

const isPageRecord = ({ headers }: OutRecord) => headers?.["ce_type"] === PAGE_TYPE;
const toIn = (out: OutRecord): InRecord => record(out.headers ?? {}, String(out.value));

/** Routes records and every page they lead to, as the router reads what it writes. */
async function drain(...first: InRecord[]) {
  const all: OutRecord[] = [];
  for (let next = first; next.length > 0;) {
    const { out } = await router.run(...next);
    all.push(...out.filter((one) => !isPageRecord(one)));
    next = out.filter(isPageRecord).map(toIn);
  }
  return idsOf(all);
}

/** Ids of the notifications that deliveries are for, and the lanes they take. */
function idsOf(out: OutRecord[]) {
  const deliveries = out.filter(({ topic }) => topic.includes(".deliveries."));
  const ids = deliveries.map(({ value }) => String(JSON.parse(String(value)).notificationId));
  return { ids, lanes: new Set(deliveries.map(({ topic }) => topic.split(".").at(-2))) };
}

async function fanoutOf(eventId: string) {
  const { rows } = await router.db.pool.query("select * from routing.fanouts where event_id = $1", [
    eventId,
  ]);
  return rows[0];
}

const member = (n: number) => `u-${String(n).padStart(5, "0")}`;
const expected = (eventId: string, count: number) =>
  Array.from({ length: count }, (_, n) => adhocId(router, eventId, member(n)));

test("an event reaches every member once, page by page, and who is named beside them", async () => {
  const [audience, id] = [await newAudience(2_500), randomUUID()];
  const { ids, lanes } = await drain(adhoc(id, { to: ["named"], audiences: [audience] }));
  expect(ids.toSorted()).toEqual([...expected(id, 2_500), adhocId(router, id, "named")].toSorted());
  expect(lanes).toEqual(new Set(["normal", "bulk"]));
  expect(await fanoutOf(id)).toMatchObject({
    status: "completed",
    expanded: "2500",
    pages: 3,
    value: Buffer.alloc(0),
  });
  // A repeat of the event begins nothing anew.
  expect((await drain(adhoc(id, { to: ["named"], audiences: [audience] }))).ids).toHaveLength(1);
});

test("whoever is a member all the time is reached, wherever the router dies, and nobody under two ids", async () => {
  const [audience, id] = [await newAudience(3_500), randomUUID()];
  const written: OutRecord[] = [];
  const log = [adhoc(id, { to: [], audiences: [audience] })];
  let deaths = 0;
  for (let at = 0; at < log.length;) {
    const chunks = routeEvents(log.slice(at, at + 1), router.context);
    // It dies after each chunk of each record once, before or after the chunk is acknowledged.
    let died = false;
    for (let nth = 0; ; nth++) {
      const { value, done } = await chunks.next();
      if (done === true) break;
      written.push(...value);
      log.push(...value.filter(isPageRecord).map(toIn));
      if (deaths < 12 && nth === deaths % 3) {
        died = true;
        await chunks.return();
        break;
      }
    }
    if (!died) at += 1;
    else if (++deaths % 2 === 0) {
      await change(
        `insert into directory.members (recipient, audience) select '${member(deaths * 100)}-late', id from`,
        audience,
      );
      await change(
        `delete from directory.members where recipient = '${member(deaths * 100)}' and audience =`,
        audience,
      );
    }
  }
  expect(deaths).toBe(12);
  const ids = new Set(idsOf(written).ids);
  const changed = [2, 4, 6, 8, 10, 12].map((death) => member(death * 100));
  const removed = new Set(changed.map((one) => adhocId(router, id, one)));
  const stayed = expected(id, 3_500).filter((one) => !removed.has(one));
  expect(stayed.filter((one) => !ids.has(one))).toEqual([]);
  const late = changed.map((one) => adhocId(router, id, `${one}-late`));
  const known = new Set([...stayed, ...removed, ...late]);
  expect([...ids].filter((one) => !known.has(one))).toEqual([]);
  expect((await fanoutOf(id)).status).toBe("completed");
});

test("the next page is asked for when all of this one is acknowledged, and then it is known how far it is", async () => {
  const [audience, id] = [await newAudience(1_500), randomUUID()];
  const first = (await router.run(adhoc(id, { to: [], audiences: [audience] }))).out.map(toIn);
  const chunks = routeEvents(first, router.context);
  const next = async () => {
    const step = await chunks.next();
    return step.done === true ? [] : step.value;
  };
  for (const members of [500, 500]) {
    const value = await next();
    expect(idsOf(value).ids).toHaveLength(members);
    expect(value.some(isPageRecord)).toBe(false);
    expect((await fanoutOf(id)).reached).toBeNull();
  }
  expect((await next()).map(isPageRecord)).toEqual([true]);
  expect((await fanoutOf(id)).reached).toBeNull();
  expect((await chunks.next()).done).toBe(true);
  expect(await fanoutOf(id)).toMatchObject({ reached: member(999), expanded: "1000", pages: 1 });
});

test("a page that is behind is dropped: doubled pages do not go on side by side", async () => {
  const [audience, id] = [await newAudience(2_500), randomUUID()];
  const first = (await router.run(adhoc(id, { to: [], audiences: [audience] }))).out.map(toIn);
  const second = (await router.run(...first)).out.filter(isPageRecord).map(toIn);
  const third = (await router.run(...second)).out.filter(isPageRecord).map(toIn);
  expect((await router.run(...first)).out).toEqual([]);
  // Of two in one wave the further one is written.
  const { ids } = idsOf((await router.run(...second, ...third)).out);
  expect(ids).toHaveLength(500);
});

test("a cancelled fan-out begins no further page", async () => {
  const [audience, id] = [await newAudience(1_500), randomUUID()];
  const first = (await router.run(adhoc(id, { to: [], audiences: [audience] }))).out.map(toIn);
  const { out } = await router.run(...first);
  expect(idsOf(out).ids).toHaveLength(1_000);
  const fanout = (await fanoutOf(id)).id;
  await router.db.pool.query(
    "insert into ledger.tombstones (tenant, notification_id) values ('acme', $1)",
    [fanout],
  );
  expect((await router.run(...out.filter(isPageRecord).map(toIn))).out).toEqual([]);
  expect(await fanoutOf(id)).toMatchObject({ status: "cancelled", expanded: "1000" });
});

test("a rule gives audiences by name; its decision names their fan-outs", async () => {
  const [audience, id] = [await newAudience(3), randomUUID()];
  await router.putTemplate("news", { channels: { inapp: { title: "News" } } });
  await router.putRule("news", {
    on: "news",
    recipients: ["event.data.author", 'audience("a-" + event.data.of)'],
    template: "news",
  });
  const data = { author: "ann", of: audience.slice(2) };
  const { ids, lanes } = await drain(event(id, data, { ce_type: "news" }));
  expect(new Set(ids).size).toBe(4);
  expect(lanes).toEqual(new Set(["normal", "bulk"]));
  const fanout = await fanoutOf(id);
  expect(fanout).toMatchObject({ rule: "news", status: "completed", expanded: "3" });
  expect(await router.decision(id)).toMatchObject({
    rules: [{ rule: "news", recipients: 1, fanouts: [{ id: fanout.id, audience }] }],
  });
});

test("only a small audience stays on the critical lane", async () => {
  const [small, large] = [await newAudience(1_000), await newAudience(1_001)];
  const send = (audience: string) =>
    drain(adhoc(randomUUID(), { to: [], audiences: [audience], lane: "critical" }));
  expect((await send(small)).lanes).toEqual(new Set(["critical"]));
  expect((await send(large)).lanes).toEqual(new Set(["bulk"]));
});

test("an audience that is gone: the fan-out failed, the others go on", async () => {
  const [audience, id] = [await newAudience(2), randomUUID()];
  const { ids } = await drain(adhoc(id, { to: ["ann"], audiences: [`gone-${id}`] }));
  expect(ids).toHaveLength(1);
  expect(await fanoutOf(id)).toMatchObject({ status: "failed", expanded: "0" });
  await change("delete from directory.members where audience =", audience);
  const empty = randomUUID();
  expect((await drain(adhoc(empty, { to: [], audiences: [audience] }))).ids).toEqual([]);
  expect(await fanoutOf(empty)).toMatchObject({ status: "completed", expanded: "0" });
});

test("a scheduled one begins when it is due", async () => {
  const [audience, id] = [await newAudience(2), randomUUID()];
  const request = {
    to: [],
    audiences: [audience],
    sendAt: new Date(NOW + 60_000).toISOString(),
  };
  expect((await router.run(adhoc(id, request))).out).toEqual([]);
  const timers = await router.db.pool.query(
    "select 1 from schedule.timers where value::text like $1",
    [`%${Buffer.from(audience).toString("hex")}%`],
  );
  expect(timers.rows).toHaveLength(1);
  expect((await drain(adhoc(id, request, { "ntf-due": "1" }))).ids).toHaveLength(2);
});

test("a page nobody asked for is a dead letter; another tenant's is none of theirs", async () => {
  const [audience, id] = [await newAudience(2), randomUUID()];
  const [page] = (await router.run(adhoc(id, { to: [], audiences: [audience] }))).out.map(toIn);
  if (page === undefined) throw new Error("no page");
  const stranger = { ...page, headers: { ...page.headers, ce_pulsetenant: "other" } };
  expect((await router.run(stranger)).deadLetters).toHaveLength(1);
  const garbage = { ...page, value: Buffer.from("{") };
  expect((await router.run(garbage)).deadLetters).toHaveLength(1);
});

test("what names no audience costs no query more", async () => {
  const names: string[] = [];
  const { db } = router.context;
  const counted: typeof db = {
    ...db,
    query: (name, text, values) => {
      names.push(name);
      return db.query(name, text, values);
    },
  };
  const records = [adhoc(randomUUID(), { to: ["ann"] })];
  for await (const _ of routeEvents(records, { ...router.context, db: counted }));
  expect(names).toEqual(["router-look-up-recipients"]);
});
