import type { DeliveryRecord, FactError } from "@pulsecourier/contracts";
import type { Task } from "@pulsecourier/kafka";
import type { Account } from "./account.ts";
import type { Left } from "./choose-account.ts";
import type { Devices } from "./devices.ts";

/** The attempt went on from one account to the next, `ms` since 1970. */
export type Hop = { provider: string; nextProvider: string; reason: string; ms: number };

/** A delivery record in hand: the attempt it asks for, and how far that has come. */
export type Work = {
  readonly task: Task;
  readonly delivery: DeliveryRecord;
  readonly redrive: number;
  readonly attempt: number;
  /** Times this attempt was put off without being spent. */
  readonly waits: number;
  /** Further records of the same delivery that came while this one is in hand. */
  readonly followers: Work[];
  /** What becomes of each device; null for the usual delivery, which has one address. */
  readonly devices: Devices | null;
  /** Accounts this attempt went through without being accepted. */
  readonly tried: Set<Account>;
  /** Its way from account to account, told when the attempt is settled. */
  readonly hops: Hop[];
  /** The account it just left, until the next one is found. */
  left: Left[];
  /** The account whose rate has room for this attempt's call. */
  token: Account | null;
  /** Times it was called again after a pause too short to be put off for. */
  pauses: number;
  /** `performance.now()` before which its recipient wants no call. */
  restUntil: number;
  /** `performance.now()` until when our claim surely stands. */
  leaseUntil: number;
  /** Earlier calls of this delivery that may have been accepted. */
  possibleDuplicates: number;
  /** Set when this attempt was found in the middle of a call that nobody finished. */
  doubt: FactError | null;
};
