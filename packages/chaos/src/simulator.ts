import { REFUSED_PREFIX } from "./load/sagas.ts";

/** How the providers behave, and what they received. */
export type Simulator = ReturnType<typeof simulatorAt>;

/** The body of `PUT /__sim/behaviour/{provider}`, as far as faults use it. */
export type Behaviour = {
  errorRate?: number;
  errorStatus?: number;
  latencyMs?: number;
  jitterMs?: number;
  hang?: boolean;
  hangAfterAccept?: boolean;
  retryAfterSeconds?: number;
  receipts?: ReceiptBehaviour;
};

/** Whatever a fault has providers do, they refuse these for good. */
const REFUSALS = [{ match: `${REFUSED_PREFIX}*`, code: 400 }];

/** What a provider tells of the messages it accepted, and where. */
export type ReceiptBehaviour = {
  url: string;
  delayMs?: number;
  bounceRate?: number;
  openRate?: number;
  duplicateRate?: number;
  disorder?: boolean;
  signing?: "valid" | "wrong" | "stale";
};

/** The provider behind the first email account of the platform, and the one behind the second where there is one. */
export const FIRST = "sendgrid";
export const SECOND = "ses";
/** Most messages it lists at once. */
const MOST_LISTED = 1_000;
/** Long enough that calls are in flight when something is killed. */
export const USUAL: Behaviour = { latencyMs: 20, jitterMs: 60 };

/** A call of a provider, and when it was answered, ms since 1970. */
export type Call = { address: string; at: number; accepted: boolean };

type Listed = { to: string[]; at: string; accepted: boolean };
type ReceiptsShown = {
  providers: Record<string, { answers: Record<string, number>; pending: number }>;
  keys: Record<string, string>;
};

export function simulatorAt(url: string) {
  async function callsSince(provider: string, since: number): Promise<Call[]> {
    const from = new Date(since).toISOString();
    const query = `provider=${provider}&since=${from}&limit=${MOST_LISTED}`;
    const response = await fetch(`${url}/__sim/messages?${query}`);
    const { data }: { data: Listed[] } = JSON.parse(await response.text());
    return data.map(({ to: [address = ""], at, accepted }) => ({
      address,
      at: Date.parse(at),
      accepted,
    }));
  }
  return {
    async behave(behaviour: Behaviour, provider: string = FIRST): Promise<void> {
      const response = await fetch(`${url}/__sim/behaviour/${provider}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ rejectRecipients: REFUSALS, ...behaviour }),
      });
      if (!response.ok) throw new Error(`The simulator refused: ${await response.text()}`);
    },
    /** When the first message to an address was accepted, ms since 1970; null when none was. */
    async arrivedAt(address: string): Promise<number | null> {
      const response = await fetch(`${url}/__sim/messages?to=${encodeURIComponent(address)}`);
      const { data }: { data: Listed[] } = JSON.parse(await response.text());
      const times = data.filter(({ accepted }) => accepted).map(({ at }) => Date.parse(at));
      return times.length === 0 ? null : Math.min(...times);
    },
    /** What a provider accepted at that time or later, at most 1,000, newest first. */
    async acceptedSince(provider: string, since: number): Promise<Call[]> {
      return (await callsSince(provider, since)).filter(({ accepted }) => accepted);
    },
    /** The same for what it refused. */
    async refusedSince(provider: string, since: number): Promise<Call[]> {
      return (await callsSince(provider, since)).filter(({ accepted }) => !accepted);
    },
    /** Callbacks of the first provider: by the status they were answered with, reports to come, and what verifies them. */
    async receipts() {
      const response = await fetch(`${url}/__sim/receipts`);
      const { providers, keys }: ReceiptsShown = JSON.parse(await response.text());
      const { answers = {}, pending = 0 } = providers[FIRST] ?? {};
      return { answers, pending, keys };
    },
    /** How many messages were accepted so far. */
    async accepted(): Promise<number> {
      const response = await fetch(`${url}/__sim/stats`);
      const { accepted }: { accepted: number } = JSON.parse(await response.text());
      return accepted;
    },
  };
}
