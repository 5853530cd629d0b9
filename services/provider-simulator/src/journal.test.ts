import { describe, expect, it } from "vitest";
import { createJournal, type JournalEntry } from "./journal.ts";

let sequence = 0;
function entry(fields: Partial<JournalEntry> = {}): JournalEntry {
  const id = `m${++sequence}`;
  const status = { status: 202, accepted: true };
  return {
    id,
    at: sequence,
    provider: "sendgrid",
    channel: "email",
    to: ["a@shop.example"],
    bytes: 10,
    ...status,
    ...fields,
  };
}

describe("createJournal", () => {
  it("counts accepted deliveries and those accepted more than once", () => {
    const journal = createJournal({ capacity: 10 });
    for (const deliveryId of ["d1", "d2", "d2", "d2", "d3", "d3"])
      journal.record(entry({ deliveryId }));
    journal.record(entry({ deliveryId: "d1", status: 500, accepted: false }));
    journal.record(entry({ provider: "smtp", deliveryId: "d4", status: null }));
    expect(journal.stats()).toEqual({
      messages: 8,
      accepted: 7,
      uniqueDeliveries: 4,
      duplicates: 2,
      uncounted: 0,
      providers: {
        sendgrid: { accepted: 6, statuses: { 202: 6, 500: 1 } },
        smtp: { accepted: 1, statuses: { none: 1 } },
      },
    });
    expect([...journal.deliveries()]).toEqual([
      ["d1", 1],
      ["d2", 3],
      ["d3", 2],
      ["d4", 1],
    ]);
  });

  it("keeps the newest entries and the counts of all", () => {
    const journal = createJournal({ capacity: 3 });
    const entries = Array.from({ length: 5 }, () => entry());
    for (const each of entries) journal.record(each);
    expect(journal.list({ limit: 10 })).toEqual([entries[4], entries[3], entries[2]]);
    expect(journal.list({ limit: 2 })).toEqual([entries[4], entries[3]]);
    expect(journal.find(entries[0]?.id ?? "")).toBeUndefined();
    expect(journal.stats().messages).toBe(5);
  });

  it("filters by provider, recipient, delivery and time", () => {
    const journal = createJournal({ capacity: 10 });
    const first = entry({ at: 100, to: ["Bob@shop.example"], deliveryId: "d1" });
    const second = entry({ at: 200, provider: "smtp" });
    journal.record(first);
    journal.record(second);
    expect(journal.list({ limit: 9, provider: "smtp" })).toEqual([second]);
    expect(journal.list({ limit: 9, to: "bob@" })).toEqual([first]);
    expect(journal.list({ limit: 9, deliveryId: "d1" })).toEqual([first]);
    expect(journal.list({ limit: 9, since: 200 })).toEqual([second]);
  });

  it("keeps the contents of the newest only", async () => {
    const journal = createJournal({ capacity: 10, keptContents: 2 });
    const ids = ["one", "two", "three"];
    for (const id of ids)
      journal.record(entry({ id }), () => ({ text: id, headers: [], attachments: [] }));
    expect(await journal.find("one")?.content()).toBeNull();
    expect(await journal.find("three")?.content()).toMatchObject({ text: "three" });
  });

  it("says how many it could not tell apart when there are too many delivery ids", () => {
    const journal = createJournal({ capacity: 10, maxDeliveries: 2 });
    for (const deliveryId of ["d1", "d2", "d3", "d1"]) journal.record(entry({ deliveryId }));
    expect(journal.stats()).toMatchObject({ uniqueDeliveries: 2, duplicates: 1, uncounted: 1 });
  });

  it("forgets everything on reset", () => {
    const journal = createJournal({ capacity: 10 });
    journal.record(entry({ deliveryId: "d1" }));
    journal.reset();
    expect(journal.stats()).toMatchObject({ messages: 0, uniqueDeliveries: 0, providers: {} });
    expect(journal.list({ limit: 5 })).toEqual([]);
  });
});
