import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import { after, conditions, NOW, testSaga } from "./test-saga.ts";

const typesOf = (events: readonly { type: string }[]) => events.map(({ type }) => type);

describe("channels tried in turn", () => {
  const of = testSaga();

  test("the first is asked for at the start, and no time limit runs before the router has answered", () => {
    const { events, saga } = after(of.new(), of.start());
    expect(events).toMatchObject([
      { type: "started" },
      { type: "step_entered" },
      { type: "wave_issued", wave: 0, channels: ["email"] },
    ]);
    expect(saga.state.at?.timer).toBeNull();
    const limit = after(saga, of.routed(0, "email"));
    expect(limit.events.at(-1)).toEqual({ type: "timer_set", at: NOW + 600_000, armed: 2 });
  });

  test("once it is sent the saga is over, and nothing is left to forbid", () => {
    const { events } = after(
      of.new(),
      of.start(),
      of.routed(0, "email"),
      of.standing("email", "sent"),
    );
    const reason = "email was sent";
    expect(events.at(-1)).toEqual({ type: "ended", outcome: "completed", reason, seal: false });
  });

  test("refused by the provider, skipped by the router: the next, and the reason says which", () => {
    const refused = after(
      of.new(),
      of.start(),
      of.routed(0, "email"),
      of.standing("email", "failed"),
    );
    const next = { type: "wave_issued", step: "send", wave: 1, channels: ["sms"] };
    expect(refused.events.at(-1)).toEqual({ ...next, reason: "email: provider_rejected" });
    const skipped = after(of.new(), of.start(), of.skipped(0, "email"));
    expect(skipped.events.at(-1)).toEqual({ ...next, reason: "email: no_address" });
  });

  test("when none is left it has failed; when there was nobody to send to, it is suppressed", () => {
    const failing = [of.start(), of.routed(0, "email"), of.standing("email", "failed")];
    const failed = after(of.new(), ...failing, of.routed(1, "sms"), of.standing("sms", "failed"));
    const code = "provider_rejected";
    expect(failed.events.at(-1)).toMatchObject({ outcome: "failed", error: { code }, seal: true });
    const nobody = after(of.new(), of.start(), of.skipped(0, "email"), of.skipped(1, "sms"));
    expect(nobody.events.at(-1)).toMatchObject({
      outcome: "suppressed",
      error: { code: "no_address" },
    });
  });

  test("out of time, what is not sent yet is withdrawn and the next is asked for", () => {
    const { saga } = after(of.new(), of.start(), of.routed(0, "email"));
    const { events } = after(saga, of.timer(2));
    const deliveries = [{ id: of.deliveryId("email"), channel: "email" }];
    expect(events).toMatchObject([
      { type: "limit_passed" },
      { type: "withdrawn", deliveries },
      { type: "wave_issued", wave: 1, reason: "email was not sent within PT10M" },
    ]);
  });

  test("the last channel has all the time it takes", () => {
    const inputs = [of.start(), of.skipped(0, "email"), of.routed(1, "sms")];
    expect(after(of.new(), ...inputs).saga.state.at?.timer).toBeNull();
  });

  test("a time limit that another version set is none", () => {
    const { saga } = after(of.new(), of.start(), of.routed(0, "email"));
    expect(after(saga, of.timer(1)).events).toEqual([]);
    const gone = after(saga, of.standing("email", "failed"), of.routed(1, "sms"));
    expect(after(gone.saga, of.timer(2)).events).toEqual([]);
  });
});

describe("until it was read", () => {
  const of = testSaga({ until: "read", channels: ["email", "sms"] });
  const sent = () =>
    after(of.new(), of.start(), of.routed(0, "email"), of.standing("email", "sent"));

  test("what was sent in vain is not withdrawn", () => {
    const { events } = after(sent().saga, of.timer(2));
    expect(typesOf(events)).toEqual(["limit_passed", "wave_issued"]);
  });

  test("a receipt before the time limit ends it, and the limit then says nothing", () => {
    const { saga, events } = after(sent().saga, of.standing("email", "read"));
    expect(events.at(-1)).toMatchObject({ outcome: "completed", reason: "email was read" });
    expect(after(saga, of.timer(2)).events).toEqual([]);
  });

  test("a receipt after it ends the saga too, and withdraws what the next channel has not sent", () => {
    const escalated = after(sent().saga, of.timer(2), of.routed(1, "sms"));
    const { events } = after(escalated.saga, of.standing("email", "read"));
    expect(events).toMatchObject([
      { type: "delivery_changed" },
      { type: "withdrawn", deliveries: [{ channel: "sms" }], reason: "email was read" },
      { type: "ended", outcome: "completed", reason: "email was read", seal: true },
    ]);
  });

  test("a receipt while the router has not answered forbids the wave it was asked for", () => {
    const { events } = after(sent().saga, of.timer(2), of.standing("email", "read"));
    expect(events.at(-1)).toMatchObject({ outcome: "completed", seal: true });
  });

  test("when the last channel's time is over too, what was sent is all there is", () => {
    const escalated = after(sent().saga, of.timer(2), of.routed(1, "sms"));
    const armed = escalated.saga.version;
    const pending = after(escalated.saga, of.timer(armed));
    expect(pending.saga.state.end).toBeNull();
    const { events } = after(pending.saga, of.standing("sms", "sent"));
    const reason = "sms was sent, and not read within PT10M";
    expect(events.at(-1)).toMatchObject({ outcome: "completed", reason });
  });
});

test("through a provider that reports nothing, what was sent counts as delivered", () => {
  const of = testSaga({ until: "delivered" });
  const { saga } = after(of.new(), of.start(), of.routed(0, "email"));
  expect(after(saga, of.standing("email", "sent", "smtp")).saga.state.end?.outcome).toBe(
    "completed",
  );
  expect(after(saga, of.standing("email", "sent", "sendgrid")).saga.state.end).toBeNull();
});

test("expired before the next channel: what the first has sent counts, and nothing sent is expired", () => {
  const of = testSaga({ until: "read" });
  const inputs = [of.start(), of.routed(0, "email"), of.standing("email", "sent"), of.timer(2)];
  const { events } = after(of.new(), ...inputs, of.ended(1, "expired"));
  expect(events.at(-1)).toMatchObject({
    outcome: "completed",
    reason: "email was sent, then: it is expired",
  });
  const nothing = after(of.new(), of.start(), of.ended(0, "expired"));
  expect(nothing.events.at(-1)).toMatchObject({ outcome: "expired" });
});

test("a cancel ends it and forbids what is open; one from before the start lets nothing begin", () => {
  const of = testSaga();
  const { events } = after(of.new(), of.start(), of.routed(0, "email"), of.cancel());
  expect(events).toMatchObject([{ type: "ended", outcome: "cancelled", seal: true }]);
  const early = decide(of.new(), of.start(), {
    now: NOW,
    isCancelled: true,
    pause: null,
    conditions,
  });
  expect(typesOf(early)).toEqual(["started", "ended"]);
});

test("a standing that comes again after a later one is no news", () => {
  const of = testSaga({ channels: ["inapp", "email"], until: "read" });
  const pending = of.standing("inapp", "pending");
  const sent = after(
    of.new(),
    of.start(),
    of.routed(0, "inapp"),
    pending,
    of.standing("inapp", "sent"),
  );
  expect(after(sent.saga, pending).events).toEqual([]);
});
