import {
  getEntry,
  getPause,
  pauseEntry,
  resumeEntry,
  type StandingPause,
} from "@pulsecourier/catalog";
import { type PausedKind, PauseInput, type PauseView, PulseError } from "@pulsecourier/contracts";
import { route, type Route } from "../../http/route.ts";
import { nameParam } from "../name-param.ts";
import { readKeyName } from "./key-name-store.ts";

/** A pause as clients see it. */
export function toPauseView({ events, by, at }: StandingPause): PauseView {
  return { events, by, at: at.toISOString() };
}

/** Pausing a rule or a workflow, and letting it go on. What is accepted after the answer meets it. */
export function pauseRoutes(kind: PausedKind): Route[] {
  const pause = route({
    method: "post",
    path: `/v1/${kind}s/:name/pause`,
    scope: "operator",
    body: PauseInput,
    handler: async ({ tenant, params, body, key }, { db, catalog, logger }) => {
      const named = { tenant, kind, name: nameParam(params.name) };
      if ((await getEntry(db, named)) === null) throw new PulseError("not_found");
      const by = await readKeyName(db, key.id);
      const made = await pauseEntry(db, { ...named, ...body, by });
      await catalog.current(tenant, { fresh: true });
      logger.warn({ tenant, by, pause: made.id }, `paused: ${kind} ${named.name}`);
      return { status: 200, body: toPauseView(made) };
    },
  });

  const resume = route({
    method: "post",
    path: `/v1/${kind}s/:name/resume`,
    scope: "operator",
    handler: async ({ tenant, params }, { db, catalog, logger }) => {
      const named = { tenant, kind, name: nameParam(params.name) };
      // One that was resumed already goes on; asking again changes nothing.
      const standing = await getPause(db, named);
      const isKnown = standing !== null || (await getEntry(db, named)) !== null;
      if (!isKnown) throw new PulseError("not_found");
      if (standing !== null) await resumeEntry(db, named);
      await catalog.current(tenant, { fresh: true });
      logger.warn({ tenant }, `resumed: ${kind} ${named.name}`);
      return { status: 204 };
    },
  });

  return [pause, resume];
}
