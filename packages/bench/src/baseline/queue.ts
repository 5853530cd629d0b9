export const QUEUE = "emails";

export type Email = { id: string; to: string; subject: string; text: string };

/** Retries as most would set them; what is done leaves Redis. */
export const JOB_OPTIONS = {
  attempts: 5,
  backoff: { type: "exponential", delay: 1_000 },
  removeOnComplete: true,
  removeOnFail: 1_000,
};
