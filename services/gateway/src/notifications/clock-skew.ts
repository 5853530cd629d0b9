/** How far the clocks of clients and of other gateways may be from ours, ms. */
export const CLOCK_SKEW_MS = 600_000;
