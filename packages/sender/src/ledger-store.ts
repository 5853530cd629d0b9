import { ERRORS, type ErrorCode } from "@pulsecourier/contracts";
import {
  type Database,
  type Db,
  float8Array,
  int2Array,
  textArray,
  uuidArray,
} from "@pulsecourier/db";

export type LedgerState = Database["ledger.deliveries"]["state"];

/** A row as read back. Times are ms since 1970 by the database's clock; `now` is when it was read. */
export type LedgerRow = {
  id: string;
  state: LedgerState;
  redrive: number;
  attempt: number;
  owner: string | null;
  leaseUntil: number;
  nextAt: number;
  provider: string | null;
  providerMessageId: string | null;
  errorCode: ErrorCode;
  /** What became of each of several devices, as `encodeDevices` wrote it. */
  devices: string | null;
  possibleDuplicates: number;
  updatedAt: number;
  now: number;
};

/** One write of a wave: a claim (`calling`, again for a new lease) or what an attempt led to. */
export type LedgerWrite = {
  id: string;
  tenant: string;
  state: LedgerState;
  redrive: number;
  attempt: number;
  provider?: string | undefined;
  providerMessageId?: string | undefined;
  errorCode?: ErrorCode | undefined;
  delayMs?: number | undefined;
  devices?: string | undefined;
  /** The call may have been accepted though it was not seen to be. */
  doubt?: boolean;
};

/** What a row that was taken remembers of earlier calls. */
export type Remembered = { possibleDuplicates: number; devices: string | null };

/** What became of a wave: writes the rows refused, and what those that were taken remember, if anything. */
export type WaveResult = { refused: Set<string>; remembered: Map<string, Remembered> };

/** A call found unfinished: `state` is `calling` to call again, `failed` to leave it at that. */
export type TakeOver = {
  row: LedgerRow;
  redrive: number;
  attempt: number;
  state: "calling" | "failed";
};

export type LedgerStore = ReturnType<typeof createLedgerStore>;

/** The effect ledger. `owner` is this sender's name in the rows, `leaseMs` how long a claim stands. */
export function createLedgerStore(db: Db, o: { owner: string; leaseMs: number }) {
  return {
    /** Writes a wave in one statement, sorted by id so that waves of several senders cannot deadlock. */
    async write(writes: LedgerWrite[]): Promise<WaveResult> {
      const rows = await db.query<WrittenRow>("ledger-write", WRITE, [
        o.owner,
        o.leaseMs,
        ...columnsOf(writes.toSorted((a, b) => (a.id < b.id ? -1 : 1))),
      ]);
      const result: WaveResult = { refused: new Set(), remembered: new Map() };
      for (const { id, doubts, devices } of rows) {
        if (doubts === null) result.refused.add(id);
        else result.remembered.set(id, { possibleDuplicates: doubts, devices });
      }
      return result;
    },

    async read(ids: string[]): Promise<Map<string, LedgerRow>> {
      const rows = await db.query<StoredRow>("ledger-read", READ, [ids]);
      return new Map(rows.map((row) => [row.id, fromStored(row)]));
    },

    /** Those of the calls that nobody else took over first, with what their rows remember. */
    async takeOver(calls: TakeOver[]): Promise<Map<string, Remembered>> {
      const rows = await db.query<Pick<StoredRow, "id" | "possible_duplicates" | "devices">>(
        "ledger-take-over",
        TAKE_OVER,
        [
          o.owner,
          o.leaseMs,
          calls.map((call) => call.row.id),
          calls.map((call) => call.row.owner),
          calls.map((call) => call.redrive),
          calls.map((call) => call.attempt),
          calls.map((call) => call.state),
        ],
      );
      return new Map(
        rows.map(({ id, possible_duplicates: possibleDuplicates, devices }) => [
          id,
          { possibleDuplicates, devices },
        ]),
      );
    },

    /** Those of the notifications and deliveries that have a tombstone. Read after claims are committed. */
    async cancelled(ids: string[]): Promise<Set<string>> {
      const rows = await db.query<{ id: string }>("ledger-cancelled", CANCELLED, [uuidArray(ids)]);
      return new Set(rows.map((row) => row.id));
    },
  };
}

function columnsOf(writes: readonly LedgerWrite[]) {
  const column = <T>(of: (write: LedgerWrite) => T) => writes.map(of);
  return [
    uuidArray(column((write) => write.id)),
    textArray(column((write) => write.tenant)),
    textArray(column((write) => write.state)),
    int2Array(column((write) => write.redrive)),
    int2Array(column((write) => write.attempt)),
    textArray(column((write) => write.provider ?? null)),
    textArray(column((write) => write.providerMessageId ?? null)),
    textArray(column((write) => write.errorCode ?? null)),
    float8Array(column((write) => write.delayMs ?? null)),
    int2Array(column((write) => (write.doubt ? 1 : 0))),
    textArray(column((write) => write.devices ?? null)),
  ];
}

// A settle matches owner and attempt; a late `sent` of a lost owner wins over everything but another `sent`.
// Written as upsert for settles too: it always goes through the primary key, however stale the statistics.
const WRITE = `
with input as (
  select * from unnest($3::uuid[], $4::text[], $5::text[], $6::int2[], $7::int2[], $8::text[], $9::text[],
                       $10::text[], $11::float8[], $12::int2[], $13::text[])
    as i(id, tenant, state, redrive, attempt, provider, provider_message_id, error_code, delay_ms, doubt, devices)
), written as (
  insert into ledger.deliveries as d
    (id, tenant, state, redrive, attempt, owner, lease_until, next_at, provider, provider_message_id, error_code,
     possible_duplicates, devices)
  select id, tenant, state, redrive, attempt,
         case when state = 'calling' then $1::uuid end,
         case when state = 'calling' then now() + $2::float8 * interval '1 millisecond' end,
         now() + delay_ms * interval '1 millisecond',
         provider, provider_message_id, error_code, doubt, devices
  from input
  on conflict (id) do update set
    state = excluded.state, redrive = excluded.redrive, attempt = excluded.attempt, owner = excluded.owner,
    lease_until = excluded.lease_until, next_at = excluded.next_at, provider = excluded.provider,
    provider_message_id = excluded.provider_message_id, error_code = excluded.error_code,
    possible_duplicates = d.possible_duplicates + excluded.possible_duplicates,
    devices = coalesce(excluded.devices, d.devices), updated_at = now()
  where case
    when d.state = 'calling' and d.owner = $1::uuid and d.redrive = excluded.redrive and d.attempt = excluded.attempt
      then true
    when excluded.state = 'calling' then
      (d.state = 'retry' and (d.redrive, d.attempt) < (excluded.redrive, excluded.attempt))
      or (d.state = 'waiting' and (d.redrive, d.attempt) <= (excluded.redrive, excluded.attempt))
      or (d.state = 'failed' and d.redrive < excluded.redrive)
    when excluded.state = 'sent' then
      d.state <> 'sent' and (d.redrive, d.attempt) >= (excluded.redrive, excluded.attempt)
    else false
  end
  returning d.id, d.possible_duplicates, d.devices
)
select id, possible_duplicates as doubts, devices from written where possible_duplicates > 0 or devices is not null
union all
select id, null, null from input where not exists (select from written where written.id = input.id)`;

const READ = `
select id, state, redrive, attempt, owner, provider, provider_message_id, error_code, possible_duplicates, devices,
       extract(epoch from lease_until) * 1000 as lease_until, extract(epoch from next_at) * 1000 as next_at,
       extract(epoch from updated_at) * 1000 as updated_at, extract(epoch from now()) * 1000 as now
from ledger.deliveries where id = any($1::uuid[])`;

const TAKE_OVER = `
update ledger.deliveries d
set state = c.state, redrive = c.redrive, attempt = c.attempt,
    owner = case when c.state = 'calling' then $1::uuid end,
    lease_until = case when c.state = 'calling' then now() + $2::float8 * interval '1 millisecond' end,
    error_code = case when c.state = 'failed' then 'outcome_unknown' end,
    possible_duplicates = d.possible_duplicates + 1, updated_at = now()
from unnest($3::uuid[], $4::uuid[], $5::int2[], $6::int2[], $7::text[]) as c(id, owner, redrive, attempt, state)
where d.id = c.id and d.state = 'calling' and d.owner = c.owner and d.lease_until < now()
returning d.id, d.possible_duplicates, d.devices`;

const CANCELLED = `select notification_id as id from ledger.tombstones where notification_id = any($1::uuid[])`;

type WrittenRow = { id: string; doubts: number | null; devices: string | null };

type StoredRow = {
  id: string;
  state: LedgerState;
  redrive: number;
  attempt: number;
  owner: string | null;
  lease_until: string | null;
  next_at: string | null;
  provider: string | null;
  provider_message_id: string | null;
  error_code: string | null;
  devices: string | null;
  possible_duplicates: number;
  updated_at: string;
  now: string;
};

function fromStored(row: StoredRow): LedgerRow {
  return {
    id: row.id,
    state: row.state,
    redrive: row.redrive,
    attempt: row.attempt,
    owner: row.owner,
    leaseUntil: Number(row.lease_until ?? 0),
    nextAt: Number(row.next_at ?? 0),
    provider: row.provider,
    providerMessageId: row.provider_message_id,
    errorCode: isErrorCode(row.error_code) ? row.error_code : "provider_unavailable",
    devices: row.devices,
    possibleDuplicates: row.possible_duplicates,
    updatedAt: Number(row.updated_at),
    now: Number(row.now),
  };
}

function isErrorCode(code: string | null): code is ErrorCode {
  return code !== null && code in ERRORS;
}
