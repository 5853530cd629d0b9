import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { inapp, fact, ofEmail, error, routed, shown, read, after } from "./test-facts.ts";

test("collected in a digest: it says who carries it, also when a cancel came too late", () => {
  const ofSaga = { sagaId: randomUUID() };
  const carriedBy = randomUUID();
  const told = { code: "collected", class: "permanent", message: "" } as const;
  const collected = { outcome: "suppressed", reason: "", error: told, carriedBy } as const;
  const ended = fact({ type: "saga.ended", ...ofSaga, ...collected });
  const cancelled = fact({ type: "notification.cancelled" });
  for (const facts of [[ended], [cancelled, ended], [ended, cancelled]]) {
    expect(after(facts)).toMatchObject({ status: "suppressed", error: told, carriedBy });
  }
});

test("while its saga runs more may be sent; afterwards the delivery that got furthest counts", () => {
  const ofSaga = { sagaId: randomUUID() };
  const summary = { ...("summary" in routed ? routed.summary : {}), saga: ofSaga.sagaId };
  const started = fact({ type: "saga.started", ...ofSaga, summary });
  const failed = fact({ type: "delivery.failed", ...ofEmail, attempt: 1, error });
  const ended = fact({ type: "saga.ended", ...ofSaga, outcome: "completed", reason: "" });
  expect(after([started])).toMatchObject({
    status: "processing",
    saga: ofSaga.sagaId,
    recipient: "u",
  });
  expect(after([started, failed]).status).toBe("processing");
  expect(after([started, failed, shown]).status).toBe("processing");
  expect(after([started, failed, shown, ended]).status).toBe("sent");
  expect(after([ended, shown, read, failed]).status).toBe("read");
  const gaveUp = fact({ type: "saga.ended", ...ofSaga, outcome: "failed", reason: "", error });
  expect(after([started, failed, gaveUp])).toMatchObject({ status: "failed", error });
  const cancelled = fact({ type: "saga.ended", ...ofSaga, outcome: "cancelled", reason: "" });
  expect(after([started, shown, cancelled]).status).toBe("partial");
  const decision = { decision: "retract", step: "tell", channels: ["inapp"], reason: "" };
  const retracted = fact({ type: "saga.decided", ...ofSaga, ...decision, retracted: inapp });
  for (const facts of [
    [started, shown, retracted, cancelled],
    [cancelled, retracted, shown, started],
  ]) {
    const { status, deliveries } = after(facts);
    expect(status).toBe("cancelled");
    expect(deliveries).toMatchObject([{ id: inapp, status: "sent", retractedAt: retracted.at }]);
  }
});
