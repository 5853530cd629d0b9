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
};

/** The provider behind the email accounts of the platform. */
const PROVIDER = "sendgrid";
/** Long enough that calls are in flight when something is killed. */
export const USUAL: Behaviour = { latencyMs: 20, jitterMs: 60 };

export function simulatorAt(url: string) {
  return {
    async behave(behaviour: Behaviour): Promise<void> {
      const response = await fetch(`${url}/__sim/behaviour/${PROVIDER}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(behaviour),
      });
      if (!response.ok) throw new Error(`The simulator refused: ${await response.text()}`);
    },
    /** When the first message to an address was accepted, ms since 1970; null when none was. */
    async arrivedAt(address: string): Promise<number | null> {
      const response = await fetch(`${url}/__sim/messages?to=${encodeURIComponent(address)}`);
      const { data }: { data: { at: string }[] } = JSON.parse(await response.text());
      return data.length === 0 ? null : Math.min(...data.map(({ at }) => Date.parse(at)));
    },
    /** How many messages were accepted so far. */
    async accepted(): Promise<number> {
      const response = await fetch(`${url}/__sim/stats`);
      const { accepted }: { accepted: number } = JSON.parse(await response.text());
      return accepted;
    },
  };
}
