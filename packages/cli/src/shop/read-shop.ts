import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { parse } from "yaml";
import { messageOf } from "../message-of.ts";
import type { Story } from "./story.ts";

type Channels = Record<string, Record<string, string>>;
export type ShopTemplate = {
  channels: Channels;
  locales?: Record<string, { channels: Channels }>;
  [field: string]: unknown;
};
/** What a folder laid out like `examples/shop` holds, ready to be PUT. */
export type Shop = {
  categories: Record<string, unknown>;
  templates: Record<string, ShopTemplate>;
  workflows: Record<string, unknown>;
  rules: Record<string, unknown>;
  recipients: Record<string, { email?: string; [field: string]: unknown }>;
  events: Record<string, ShopEvent>;
  /** By event and recipient, the channels it must reach them through. */
  expected: Record<string, Record<string, string[]>>;
  stories: Record<string, Story>;
};
export type ShopEvent = {
  type: string;
  source: string;
  subject?: string;
  data: Record<string, unknown>;
};

/** Reads a shop folder; parts that are missing are empty. Throws naming what is not there or no valid JSON. */
export function readShop(dir: string): Shop {
  if (!existsSync(dir)) throw new Error(`There is no folder ${dir}.`);
  return {
    categories: dataFolder(join(dir, "categories")),
    templates: Object.fromEntries(
      folders(join(dir, "templates")).map((name) => [
        name,
        readTemplate(join(dir, "templates", name)),
      ]),
    ),
    workflows: dataFolder(join(dir, "workflows")),
    rules: dataFolder(join(dir, "rules")),
    recipients: jsonFile(join(dir, "recipients.json")),
    events: dataFolder(join(dir, "events")),
    expected: jsonFile(join(dir, "expected.json")),
    stories: dataFolder(join(dir, "stories")),
  };
}

/** A template folder: `<channel>.<field>.hbs`, `template.json`, and `locales/<locale>/` with the same names. */
export function readTemplate(dir: string): ShopTemplate {
  const rest: Record<string, unknown> = jsonFile(join(dir, "template.json"));
  const locales = folders(join(dir, "locales"));
  return {
    ...rest,
    channels: readChannels(dir),
    ...(locales.length === 0
      ? {}
      : {
          locales: Object.fromEntries(
            locales.map((locale) => [
              locale,
              { channels: readChannels(join(dir, "locales", locale)) },
            ]),
          ),
        }),
  };
}

function readChannels(dir: string): Channels {
  const channels: Channels = {};
  for (const file of readdirSync(dir).filter((name) => name.endsWith(".hbs"))) {
    const [channel = "", field = ""] = file.split(".");
    (channels[channel] ??= {})[field] = readFileSync(join(dir, file), "utf8").trimEnd();
  }
  return channels;
}

function folders(dir: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir).filter((name) => statSync(join(dir, name)).isDirectory());
}

/** The files of a folder by name, written in JSON or YAML. */
function dataFolder<T>(dir: string): Record<string, T> {
  if (!existsSync(dir)) return {};
  const files = readdirSync(dir).filter((name) => DATA.has(extname(name)));
  return Object.fromEntries(
    files.map((file) => [basename(file, extname(file)), readData(join(dir, file))]),
  );
}

const DATA: ReadonlySet<string> = new Set([".json", ".yaml"]);

function jsonFile<T>(path: string): Record<string, T> {
  return existsSync(path) ? readData(path) : {};
}

function readData(path: string) {
  const isYaml = extname(path) === ".yaml";
  try {
    const text = readFileSync(path, "utf8");
    return isYaml ? parse(text) : JSON.parse(text);
  } catch (error) {
    const what = isYaml ? "YAML" : "JSON";
    throw new Error(`${path} is not valid ${what}: ${messageOf(error)}`, { cause: error });
  }
}
