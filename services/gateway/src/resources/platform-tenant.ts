/** The tenant whose operators answer for the whole platform. */
export const PLATFORM_TENANT = "default";
