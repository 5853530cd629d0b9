import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import express, {
  type ErrorRequestHandler,
  type Request,
  type Response,
  type Router,
} from "express";
import { z } from "zod";
import { behaviourSchema } from "./behaviour.ts";
import type { JournalEntry } from "./journal.ts";
import type { ProviderContext } from "./provider.ts";

const listQuery = z.strictObject({
  provider: z.string().max(64).optional(),
  to: z.string().max(320).optional(),
  deliveryId: z.string().max(128).optional(),
  /** RFC 3339; messages at that time or later. */
  since: z.iso
    .datetime({ offset: true })
    .transform((time) => Date.parse(time))
    .optional(),
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(1_000))
    .default(100),
});

const inboundMessage = z.strictObject({
  from: z.string().regex(/^\+\d{5,15}$/, "expected a phone number with +"),
  text: z.string().max(1_600),
});

/** The control API below `/__sim`: what arrived, how providers behave, and starting over. */
export function controlApi(context: ProviderContext, providerNames: string[]): Router {
  const { journal, behaviours, hangs, receipts } = context;
  const api = express.Router();
  api.get("/messages", (req, res) => {
    const query = listQuery.safeParse(req.query);
    if (!query.success) return invalid(res, query.error);
    res.json({ data: journal.list(query.data).map(showEntry) });
  });
  api.get("/messages/:id", async (req, res) => {
    const found = journal.find(req.params.id);
    if (!found) return problem(res, 404, "No message by this id is in the journal.");
    res.json({ ...showEntry(found.entry), content: await found.content() });
  });
  api.get("/stats", (_req, res) => void res.json(journal.stats()));
  api.get("/deliveries", async (_req, res) => {
    res.type("application/x-ndjson");
    await pipeline(Readable.from(deliveryLines(journal.deliveries())), res);
  });
  api.get("/receipts", (_req, res) => {
    res.json({ providers: receipts.stats(), keys: receipts.shown() });
  });
  const json = express.json({ limit: "16kb" });
  api.post("/inbound/:provider", json, (req: Request<{ provider: string }>, res) => {
    const message = inboundMessage.safeParse(req.body);
    if (!message.success) return invalid(res, message.error);
    if (receipts.inbound(req.params.provider, message.data)) res.status(202).end();
    else problem(res, 404, "Nobody is told what recipients write to this provider.");
  });
  api.get("/behaviour", (_req, res) => {
    res.json(Object.fromEntries(providerNames.map((name) => [name, behaviours.get(name)])));
  });
  api.put(
    "/behaviour/:provider",
    express.json({ limit: "256kb" }),
    (req: Request<{ provider: string }>, res) => {
      const { provider } = req.params;
      if (!providerNames.includes(provider))
        return problem(res, 404, `Providers here: ${providerNames.join(", ")}.`);
      const body = behaviourSchema.safeParse(req.body);
      if (!body.success) return invalid(res, body.error);
      behaviours.set(provider, body.data);
      res.json(behaviours.get(provider));
    },
  );
  api.post("/reset", (_req, res) => {
    behaviours.reset();
    receipts.reset();
    hangs.releaseAll();
    journal.reset();
    res.status(204).end();
  });
  api.use((_req, res) => problem(res, 404, "There is nothing here."));
  api.use(onError);
  return api;
}

function showEntry(entry: JournalEntry) {
  return { ...entry, at: new Date(entry.at).toISOString() };
}

function* deliveryLines(deliveries: Iterable<[string, number]>): Generator<string> {
  let lines: string[] = [];
  for (const [deliveryId, count] of deliveries) {
    lines.push(JSON.stringify({ deliveryId, count }));
    if (lines.length < 1_000) continue;
    yield `${lines.join("\n")}\n`;
    lines = [];
  }
  if (lines.length > 0) yield `${lines.join("\n")}\n`;
}

// Express finds error handlers by their four parameters.
const onError: ErrorRequestHandler = (error: { status?: unknown }, _req, res, next) => {
  if (res.headersSent) return next(error);
  const status = typeof error.status === "number" && error.status < 500 ? error.status : 500;
  problem(
    res,
    status,
    status === 500 ? "The simulator failed; see its log." : "The body cannot be read as JSON.",
  );
};

function invalid(res: Response, error: z.ZodError): void {
  const errors = error.issues.map(({ path, message }) => ({
    pointer: `/${path.join("/")}`,
    detail: message,
  }));
  problem(res, 422, "The request does not fit; `errors` lists each place.", errors);
}

function problem(res: Response, status: number, detail: string, errors?: unknown[]): void {
  res
    .status(status)
    .type("application/problem+json")
    .send(JSON.stringify({ status, detail, errors }));
}
