import { commonEnv, parseConfig } from "@pulsecourier/runtime";
import { type Api, createApi } from "./api-client.ts";
import { readDevFile } from "./platform/dev-file.ts";

/** The gateway named by `PULSE_URL` and `PULSE_API_KEY`, else the dev platform of this checkout. */
export function connect(env: NodeJS.ProcessEnv = process.env): Api {
  const dev = readDevFile();
  const url = env["PULSE_URL"] ?? dev?.gateway;
  const key = env["PULSE_API_KEY"] ?? dev?.apiKey;
  if (url === undefined || key === undefined) {
    throw new Error(
      "No platform to talk to: run `npm start` in another terminal, or set PULSE_URL and PULSE_API_KEY.",
    );
  }
  return createApi(url, key);
}

/** The database of `DATABASE_URL` or `DATABASE_URL_FILE`, else that of the dev platform of this checkout. */
export function databaseUrl(env: NodeJS.ProcessEnv = process.env): string {
  if (env["DATABASE_URL"] || env["DATABASE_URL_FILE"]) {
    return parseConfig(commonEnv.pick({ DATABASE_URL: true }), env).DATABASE_URL;
  }
  const url = readDevFile()?.database;
  if (url === undefined)
    throw new Error("No database: run `npm start` in another terminal, or set DATABASE_URL.");
  return url;
}
