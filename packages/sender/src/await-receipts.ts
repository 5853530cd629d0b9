import { type Db, textArray, uuidArray } from "@pulsecourier/db";
import { z } from "zod";
import type { SentMessage } from "./health-tally.ts";

/** Sampled messages whose receipts are waited for: some minutes' worth. */
export type AwaitedReceipts = {
  add(sent: readonly SentMessage[], now: number): void;
  /** Those whose time is up, and how many of them the provider has not reported on. Rejects when Postgres is away. */
  due(now: number): Promise<{ due: number; late: number }>;
};

// Status and receipts are the tracker's; what it has not got to yet is no provider's fault, and not counted.
const VIEWS = `
select view from tracking.notifications
where (tenant, id) in (select * from unnest($1::text[], $2::uuid[]))`;

const View = z.object({ deliveries: z.array(z.object({ id: z.string(), status: z.string() })) });
const REPORTED = new Set(["delivered", "read", "failed"]);

export function createAwaitedReceipts(o: {
  db: Pick<Db, "query">;
  lateAfterMs: number;
}): AwaitedReceipts {
  let awaited: { sent: readonly SentMessage[]; dueAt: number }[] = [];
  return {
    add(sent, now) {
      if (sent.length > 0) awaited.push({ sent, dueAt: now + o.lateAfterMs });
    },
    async due(now) {
      const due = awaited.filter(({ dueAt }) => dueAt <= now).flatMap(({ sent }) => sent);
      awaited = awaited.filter(({ dueAt }) => dueAt > now);
      if (due.length === 0) return { due: 0, late: 0 };
      const rows = await o.db.query<{ view: string }>("sender-receipts", VIEWS, [
        textArray(due.map(({ tenant }) => tenant)),
        uuidArray(due.map(({ notificationId }) => notificationId)),
      ]);
      const deliveries = rows.flatMap(({ view }) => View.parse(JSON.parse(view)).deliveries);
      const statuses = new Map(deliveries.map(({ id, status }) => [id, status]));
      const known = due.flatMap(({ id }) => statuses.get(id) ?? []);
      const reported = known.filter((status) => REPORTED.has(status)).length;
      const late = known.filter((status) => status === "sent").length;
      return { due: reported + late, late };
    },
  };
}
