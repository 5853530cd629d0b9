import { createApi, type DevFile, resetSimulator } from "@pulsecourier/cli";
import { createDb } from "@pulsecourier/db";
import type { Bed } from "../bed.ts";
import { BATCH } from "../options.ts";
import type { SagaRate } from "./measure-lone-orchestrator.ts";

/** A message that takes several steps, through channels that anything can be sent through. */
export const WORKFLOW = "bench-steps";
const STEPS = [
  { type: "send", name: "tell", template: WORKFLOW, channels: ["inapp"] },
  {
    type: "wait",
    name: "told",
    for: "tell",
    until: "sent",
    within: "PT10M",
    otherwise: "end",
    next: "repeat",
  },
  { type: "send", name: "repeat", template: WORKFLOW, channels: ["email"] },
];
const CHANNELS = {
  email: { subject: "Bench", text: "A message of the bench." },
  inapp: { title: "Bench", body: "A message of the bench." },
};

export async function putWorkflow({ gateway, apiKey }: DevFile): Promise<void> {
  const api = createApi(gateway, apiKey);
  await api.put(`/v1/templates/${WORKFLOW}`, { channels: CHANNELS });
  await api.put(`/v1/workflows/${WORKFLOW}`, { steps: STEPS });
}

/**
 * An item, and when it is sent a mail: posted as fast as it is accepted, through the whole platform. From the first
 * request until the last saga has ended.
 */
export async function measureSagas({ platform, load, dev }: Bed, count: number): Promise<SagaRate> {
  await resetSimulator(platform.simulator);
  const posted = await load.postAll({
    url: platform.gateway,
    key: platform.key,
    channel: "email",
    workflow: WORKFLOW,
    webhooks: "",
    count,
    batch: BATCH,
    inFlight: 8,
  });
  await platform.settled(posted.ids);
  const db = createDb({ url: dev.database, max: 1, onError: () => undefined });
  try {
    const [row] = await db.query<{ ended: number; steps: number; lastAt: number }>(
      "bench-sagas-whole",
      READ,
      [new Date(posted.startedAt)],
    );
    const { ended, steps, lastAt } = row ?? { ended: 0, steps: 0, lastAt: Number.NaN };
    const perSecond = (steps * 1_000) / (lastAt - posted.startedAt);
    return { sagas: count, steps, perSecond, lost: posted.ids.length - ended };
  } finally {
    await db.close();
  }
}

const READ = `
select count(*) filter (where outcome is not null)::int as ended, coalesce(sum(version), 0)::int as steps,
  extract(epoch from max(updated_at))::float8 * 1000 as "lastAt"
from saga.instances where tenant = 'default' and created_at >= $1`;
