/**
 * What a team would build itself, half of it: an express server that puts each notification on a BullMQ queue.
 * Environment: REDIS_URL, API_KEY. Tells its parent its address.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { Queue } from "bullmq";
import express from "express";
import { connectRedis } from "./connect-redis.ts";
import { type Email, JOB_OPTIONS, QUEUE } from "./queue.ts";

type Body = { to?: { email?: string }; content?: { subject?: string; text?: string } };

const queue = new Queue<Email>(QUEUE, { connection: connectRedis() });
const app = express();
app.use(express.json({ limit: "1mb" }));
app.use((req, res, next) => {
  if (req.headers.authorization === `Bearer ${process.env["API_KEY"]}`) return next();
  res.sendStatus(401);
});

app.post("/v1/notifications", async (req: express.Request<object, object, Body>, res) => {
  const email = emailOf(req.body);
  if (email === null) return void res.sendStatus(422);
  await queue.add("email", email, JOB_OPTIONS);
  res.status(202).json({ id: email.id });
});

app.post(
  "/v1/notifications/batch",
  async (req: express.Request<object, object, { notifications: Body[] }>, res) => {
    const emails = req.body.notifications.map(emailOf).filter((email) => email !== null);
    if (emails.length < req.body.notifications.length) return void res.sendStatus(422);
    await queue.addBulk(emails.map((data) => ({ name: "email", data, opts: JOB_OPTIONS })));
    res.status(202).json({ results: emails.map(({ id }) => ({ id })) });
  },
);

function emailOf({ to, content }: Body): Email | null {
  if (!to?.email?.includes("@") || !content?.subject || !content.text) return null;
  return { id: randomUUID(), to: to.email, subject: content.subject, text: content.text };
}

const server = createServer(app).listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object")
    process.send?.(`http://127.0.0.1:${address.port}`);
});
process.on("disconnect", () => process.exit());
