import { createDb, type Db, loadSecret } from "@pulsecourier/db";
import { formatWebhookSecret, tenantWebhookSecret } from "@pulsecourier/contracts";
import { startProvider } from "@pulsecourier/provider-simulator/testing";
import { testProvider } from "@pulsecourier/sender/testing";
import { testDatabase } from "@pulsecourier/testkit";
import { afterAll, beforeAll } from "vitest";
import { http } from "./http.ts";

let db: Db;
let closeDatabase: () => Promise<void>;

beforeAll(async () => {
  const database = await testDatabase();
  db = createDb({ url: database.url, max: 2, onError: () => undefined });
  closeDatabase = () => database.close();
});
afterAll(async () => {
  await db.close();
  await closeDatabase();
});

testProvider({
  provider: http,
  db: () => db,
  start: async () => {
    const server = await startProvider("webhook");
    const secret = tenantWebhookSecret(await loadSecret(db, "webhooks"), "default");
    const secrets = [formatWebhookSecret(secret)];
    const behave = (behaviour: object) => server.behave({ secrets, ...behaviour });
    await behave({});
    return { ...server, behave };
  },
  account: ({ url }) => ({ WEBHOOK_SEND_TO: `${url}/hooks/test` }),
  message: { address: "https://shop.example/hook", content: { payload: '{"text":"Hello"}' } },
  behaviours: {
    permanent: { next: [{ status: 400 }] },
    recipient_gone: { next: [{ status: 410 }] },
    transient: { next: [{ status: 500 }] },
    rate_limited: { next: [{ status: 429, headers: { "retry-after": "0" } }] },
  },
});
