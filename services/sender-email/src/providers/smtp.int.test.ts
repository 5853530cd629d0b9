import { testProvider } from "@pulsecourier/sender/testing";
import { smtp } from "./smtp.ts";
import { startSimulator } from "../test-simulator.ts";

testProvider({
  provider: smtp,
  start: async () => {
    const simulator = await startSimulator("smtp");
    return { ...simulator, env: { SMTP_URL: simulator.smtpUrl } };
  },
  accountAt: ({ host, port }) => ({ SMTP_URL: `smtp://${host}:${port}` }),
  message: { address: "ada@example.com", content: { subject: "Hello", html: "<p>Hello</p>" } },
  behaviours: {
    permanent: { rejectRecipients: [{ match: "ada@example.com", code: 553 }] },
    recipient_gone: { next: [{ status: 550, body: "5.1.1 no such user" }] },
    transient: { next: [{ status: 451 }] },
    rate_limited: { next: [{ status: 450, body: "4.7.1 slow down" }] },
    config: { next: [{ status: 535, body: "5.7.8 bad credentials" }] },
  },
});
