/**
 * The other half: a BullMQ worker that calls SendGrid with `fetch`.
 * Environment: REDIS_URL, SENDGRID_BASE_URL, CONCURRENCY. Tells its parent when it takes jobs.
 */
import { Worker } from "bullmq";
import { connectRedis } from "./connect-redis.ts";
import { type Email, QUEUE } from "./queue.ts";

const url = `${process.env["SENDGRID_BASE_URL"]}/v3/mail/send`;
const headers = { authorization: "Bearer SG.baseline", "content-type": "application/json" };

async function send({ id, to, subject, text }: Email): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers,
    body: JSON.stringify({
      personalizations: [{ to: [{ email: to }] }],
      from: { email: "bench@example.com" },
      subject,
      content: [{ type: "text/plain", value: text }],
      custom_args: { delivery_id: id },
    }),
    signal: AbortSignal.timeout(10_000),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`SendGrid answered ${response.status}`);
}

const worker = new Worker<Email>(QUEUE, ({ data }) => send(data), {
  connection: connectRedis(),
  concurrency: Number(process.env["CONCURRENCY"]),
});
await worker.waitUntilReady();
process.send?.("ready");
process.on("disconnect", () => process.exit());
