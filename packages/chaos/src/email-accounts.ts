import { FIRST, SECOND } from "./simulator.ts";
import type { Target } from "./target.ts";
import { withVariables } from "./with-variables.ts";

/** The accounts of the channel email: one and no second to go to, unless a fault asks for others. */
export const ONE_ACCOUNT = { EMAIL_PROVIDERS: FIRST, CALL_TIMEOUT_MS: "2000" };
/** The second takes over when the first does not take a mail. */
export const TWO_ACCOUNTS = { EMAIL_PROVIDERS: `${FIRST},${SECOND}` };
/** Each gets half, and may be slow. */
export const TWO_HALVES = { EMAIL_PROVIDERS: `${FIRST}:1,${SECOND}:1`, CALL_TIMEOUT_MS: "10000" };

/** Acts while emails are sent through other accounts, at providers that the simulator stands in for. */
export function withAccounts<T>(
  target: Target,
  accounts: NodeJS.ProcessEnv,
  act: () => Promise<T>,
): Promise<T> {
  const variables = {
    SES_BASE_URL: `${target.dev.simulator}/ses`,
    SES_ACCESS_KEY_ID: "simulator",
    SES_SECRET_ACCESS_KEY: "simulator",
    ...accounts,
  };
  return withVariables(target, { service: "sender-email", variables, usual: ONE_ACCOUNT }, act);
}
