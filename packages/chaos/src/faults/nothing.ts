import type { Fault } from "../fault.ts";

/** What the others are compared with. */
export const nothing: Fault = {
  name: "nothing",
  what: "no fault: the load alone",
  topology: "single",
  strike: async () => undefined,
};
