import { MAX_SCHEDULES } from "@pulsecourier/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../test-gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const notification = { to: "ann", content: { text: "hello" } };
const daily = { cron: "30 2 * * *", timezone: "Europe/Berlin", notification };
const put = (name: string, body: object) => gateway.call(`PUT /v1/schedules/${name}`, { body });
const get = async (name: string) => (await gateway.call(`GET /v1/schedules/${name}`)).body;

describe("a schedule", () => {
  test("is created, read with its next runs, and as it was when nothing changes", async () => {
    const created = await put("daily", daily);
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      ...daily,
      name: "daily",
      version: 1,
      state: "active",
      missed: "skip",
      runs: [],
    });
    const { nextRuns, nextRunAt } = created.body;
    expect(nextRuns).toHaveLength(5);
    expect(nextRuns[0]).toBe(nextRunAt);
    expect(Date.parse(nextRunAt)).toBeGreaterThan(Date.now());
    const again = await put("daily", daily);
    expect(again.status).toBe(200);
    expect(again.body).toEqual(created.body);
    expect(await get("daily")).toEqual(created.body);
  });

  test("gets a version for a change; its next run only when its times change", async () => {
    const { body: first } = await put("changing", { ...daily, cron: "* * * * *" });
    await gateway.db.pool.query(
      "update schedule.schedules set next_at = now() - interval '1 second' where name = 'changing'",
    );
    const due = (await get("changing")).nextRunAt;
    const changed = await put("changing", { ...daily, cron: "* * * * *", missed: "all" });
    expect(changed.body).toMatchObject({ version: 2, nextRunAt: due });
    const moved = await put("changing", { ...daily, cron: "*/2 * * * *", missed: "all" });
    expect(moved.body.version).toBe(3);
    expect(Date.parse(moved.body.nextRunAt)).toBeGreaterThan(Date.parse(due));
    expect(first.version).toBe(1);
  });

  test("has the tenant's zone, else UTC", async () => {
    const { timezone: _, ...zoneless } = daily;
    expect((await put("utc", zoneless)).body.timezone).toBe("UTC");
    await gateway.call("PUT /v1/settings", { body: { timezone: "Asia/Tokyo" } });
    expect((await put("tokyo", zoneless)).body.timezone).toBe("Asia/Tokyo");
    expect((await get("utc")).timezone).toBe("UTC");
    await gateway.call("PUT /v1/settings", { body: {} });
  });

  test("pauses and resumes; paused, it has no next run, and a change does not resume it", async () => {
    await put("pausing", daily);
    const paused = await gateway.call("POST /v1/schedules/pausing/pause");
    expect(paused.body).toMatchObject({ state: "paused", nextRunAt: null, nextRuns: [] });
    expect((await put("pausing", { ...daily, missed: "once" })).body.state).toBe("paused");
    const resumed = await gateway.call("POST /v1/schedules/pausing/resume");
    expect(resumed.body).toMatchObject({ state: "active", version: 2 });
    expect(resumed.body.nextRuns).toHaveLength(5);
  });

  test("is asked to run once, however often before it does", async () => {
    await put("asked", daily);
    const asked = await gateway.call("POST /v1/schedules/asked/run");
    expect(asked.status).toBe(202);
    expect((await gateway.call("POST /v1/schedules/asked/run")).body).toEqual(asked.body);
  });

  test("is deleted, and what waits to be published of it is taken back", async () => {
    await put("gone", daily);
    await gateway.db.pool.query(`
      with run as (insert into schedule.runs (schedule_id, planned_at, version, result, reason, event_id, at)
        select id, now(), 1, 'fired', 'on time', gen_random_uuid(), now() from schedule.schedules where name = 'gone'
        returning event_id)
      insert into schedule.timers (id, tenant, due_at, topic, headers, value)
        select event_id, 'default', now(), 'gone', '{}', '' from run`);
    expect((await gateway.call("DELETE /v1/schedules/gone")).status).toBe(204);
    const { rowCount } = await gateway.db.pool.query(
      "select from schedule.timers where topic = 'gone'",
    );
    expect(rowCount).toBe(0);
    expect((await gateway.call("GET /v1/schedules/gone")).status).toBe(404);
    for (const line of ["DELETE /v1/schedules/gone", "POST /v1/schedules/gone/run"])
      expect((await gateway.call(line)).status).toBe(404);
  });

  test("belongs to its tenant", async () => {
    await put("own", daily);
    const key = await gateway.newKey({ tenant: "other" });
    expect((await gateway.call("GET /v1/schedules/own", { key })).status).toBe(404);
    expect((await gateway.call("GET /v1/schedules", { key })).body.data).toEqual([]);
    for (const action of ["pause", "resume", "run"])
      expect((await gateway.call(`POST /v1/schedules/own/${action}`, { key })).status).toBe(404);
  });

  test("is listed by name, page by page", async () => {
    const first = await gateway.call("GET /v1/schedules?limit=2");
    expect(first.body.data.map(({ name }: { name: string }) => name)).toEqual([
      "asked",
      "changing",
    ]);
    const rest = await gateway.call(`GET /v1/schedules?cursor=${first.body.nextCursor}`);
    expect(rest.body.data[0].name).toBe("daily");
    expect(rest.body.data[0].notification).toBeUndefined();
  });

  test("emits an event instead", async () => {
    const event = { source: "/clock", type: "month.ended", subject: "books", data: { a: 1 } };
    const made = await put("event", { cron: "0 0 1 * *", event });
    expect(made.status).toBe(201);
    expect(made.body.event).toEqual(event);
  });
});

describe("what is refused, and where", () => {
  const event = { source: "/clock", type: "tick" };
  test.each([
    ["/cron", { cron: "61 * * * *" }],
    ["/cron", { cron: "0 0 30 2 *" }],
    ["/cron", { cron: "0 0 9 * * *" }],
    ["/cron", { cron: undefined }],
    ["/timezone", { timezone: "Mars/Olympus" }],
    ["/from", { from: "tomorrow" }],
    ["/until", { from: "2099-02-01T00:00:00Z", until: "2099-01-01T00:00:00Z" }],
    ["/until", { until: "2020-01-01T00:00:00Z" }],
    ["/missed", { missed: "twice" }],
    ["/every", { every: "1 h" }],
    ["/notification", { notification: undefined }],
    ["/notification", { event }],
    ["/notification/to", { notification: { content: { text: "x" } } }],
    ["/notification/sendAt", { notification: { ...notification, sendAt: "2099-01-01T00:00:00Z" } }],
    [
      "/notification/expiresAt",
      { notification: { ...notification, expiresAt: "2099-01-01T00:00:00Z" } },
    ],
    [
      "/notification/attachments",
      {
        notification: {
          ...notification,
          attachments: [{ id: "0197a2b4-0f6e-7c11-9d3e-5b1f0c2a7d44" }],
        },
      },
    ],
    ["/notification/template", { notification: { to: "ann", template: "none" } }],
    [
      "/notification/to/0/phone",
      { notification: { ...notification, to: [{ phone: "0151 12345678" }] } },
    ],
    ["/event/type", { notification: undefined, event: { ...event, type: "pulse.x" } }],
    ["/event/source", { notification: undefined, event: { type: "tick" } }],
    ["/event/data", { notification: undefined, event: { ...event, data: [] } }],
  ])("%s", async (pointer, change) => {
    const { status, body } = await put("bad", { ...daily, ...change });
    expect(status).toBe(422);
    expect(body.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
    expect((await gateway.call("GET /v1/schedules/bad")).status).toBe(404);
  });

  test("more than a tenant may have", async () => {
    const key = await gateway.newKey({ tenant: "many" });
    await gateway.db.pool.query(
      `insert into schedule.schedules (tenant, name, definition, emits)
       select 'many', 's' || i, '{}', '{}' from generate_series(1, $1::int) as i`,
      [MAX_SCHEDULES - 1],
    );
    const call = (name: string) => gateway.call(`PUT /v1/schedules/${name}`, { body: daily, key });
    expect((await call("last")).status).toBe(201);
    expect((await call("more")).body.code).toBe("too_many_schedules");
    expect((await call("last")).status).toBe(200);
  });
});
