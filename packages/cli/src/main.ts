import { Command, InvalidArgumentError, Option } from "commander";
import { ConfigError } from "@pulsecourier/runtime";
import {
  CHANNELS,
  DEAD_LETTER_REASONS,
  LANES,
  SCOPES,
  SUPPRESSION_REASONS,
} from "@pulsecourier/contracts";
import { addAudienceCommands } from "./commands/add-audience-commands.ts";
import { addScheduleCommands } from "./commands/schedule-commands.ts";
import { messageOf } from "./message-of.ts";
import { ROOT } from "./platform/dev-file.ts";

const program = new Command("pulse")
  .description("PulseCourier: start it, send through it, see what happened")
  .option("--json", "machine-readable output", false)
  .showHelpAfterError("Add --help to see what it takes.");

/** Runs a command loaded on demand, so that `pulse status` does not load every service. */
function run(act: (json: boolean) => Promise<number>): Promise<void> {
  return act(program.opts<{ json: boolean }>().json).then((code) => process.exit(code), fail);
}

function fail(error: unknown): never {
  const stack = error instanceof Error && process.env["DEBUG"] ? error.stack : undefined;
  process.stderr.write(`\npulse: ${stack ?? messageOf(error)}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}

/** Reads an option as a whole number of at least 1. */
function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("Expected a whole number of at least 1.");
}

/** Reads an option as JSON. */
function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`No valid JSON: ${messageOf(error)}`);
  }
}

const shop = () =>
  new Option("--shop <dir>", "a folder laid out like examples/shop").default(
    `${ROOT}examples/shop`,
    "examples/shop",
  );

const ENVIRONMENT = `
Environment:
  KAFKA_BROKERS, DATABASE_URL, REDIS_URL  servers to use instead of the embedded ones, each for itself
  EMAIL_PROVIDERS                         real providers for email instead of the simulator
  PULSE_DATA_DIR                          data, keys and dev.json (default: .pulse of this checkout)
  LOG_LEVEL                               what services tell (default: warn)
  DEBUG                                   any value adds stacks to errors`;

program
  .command("up")
  .description("start everything on this machine and stay up until Ctrl-C")
  .addOption(shop())
  .addHelpText("after", ENVIRONMENT)
  .action((options) => run(async () => (await import("./commands/up.ts")).up(options)));
program
  .command("demo")
  .description("start, send the sample shop's events through every channel, show what arrived, end")
  .addOption(shop())
  .addHelpText("after", ENVIRONMENT)
  .action((options) => run(async () => (await import("./commands/demo.ts")).demo(options)));
program
  .command("send <to>")
  .description("send to a recipient id or an email address")
  .option("--template <name>", "a template of the tenant, instead of a subject and a text")
  .option("--data <json>", "values for the template", jsonValue)
  .option("--subject <text>")
  .option("--text <text>")
  .option("--channel <name...>", "only through these")
  .addOption(new Option("--lane <lane>").choices(LANES))
  .action((to, options) =>
    run(async (json) => (await import("./commands/send.ts")).send(to, { ...options, json })),
  );
program
  .command("publish <file>")
  .description("publish CloudEvents from a JSON file, or - for standard input")
  .action((file) =>
    run(async (json) => (await import("./commands/send.ts")).publish(file, { json })),
  );
program
  .command("status <id>")
  .description("what a notification is and everything that happened to it")
  .action((id) => run(async (json) => (await import("./commands/send.ts")).status(id, { json })));
program
  .command("tail")
  .description("print what happens to notifications, one line a fact, until Ctrl-C")
  .option(
    "--since <time>",
    "begin with what was accepted then, such as 10m, 2h or an RFC 3339 time",
  )
  .action((options) =>
    run(async (json) => (await import("./commands/tail.ts")).tail({ ...options, json })),
  );
program
  .command("doctor")
  .description("ask every service of the dev platform whether it is ready")
  .action(() => run(async (json) => (await import("./commands/doctor.ts")).doctor({ json })));
program
  .command("travel <duration>")
  .description("let time pass on the dev platform, such as P1D; `home` sets its clock right again")
  .action((duration) =>
    run(async (json) => (await import("./commands/travel.ts")).travelInTime(duration, { json })),
  );
program
  .command("env")
  .description("where the dev platform is, as API, KEY and others for a shell to eval")
  .action(() => run(async (json) => (await import("./commands/env.ts")).env({ json })));
program
  .command("migrate")
  .description("bring database and topics of a deployment up to date")
  .action(() => run(async () => (await import("./commands/migrate.ts")).migrateDeployment()));

const templates = program
  .command("templates")
  .description("templates, rules and recipients as files");
templates
  .command("push <dir>")
  .description("load a folder laid out like examples/shop; what is unchanged keeps its version")
  .action((dir) =>
    run(async (json) => (await import("./commands/templates.ts")).pushTemplates(dir, { json })),
  );
templates
  .command("preview <dir>")
  .description("push one template folder and render it")
  .option("--data <json>", "values for the template", jsonValue)
  .option("--locale <locale>", "such as de or pt-BR")
  .action((dir, options) =>
    run(async (json) =>
      (await import("./commands/templates.ts")).previewTemplate(dir, { ...options, json }),
    ),
  );

const keys = program
  .command("keys")
  .description("API keys, straight in the database (DATABASE_URL)");
keys
  .command("create <name>")
  .description("make a key and show it, this once")
  .option("--tenant <tenant>", "owner of the key", "default")
  .option("--scopes <scope...>", SCOPES.join(", "), ["send"])
  .action((name, options) =>
    run(async (json) => (await import("./commands/keys.ts")).createKey(name, { ...options, json })),
  );
keys
  .command("list")
  .description("the keys of a tenant, without their secrets")
  .option("--tenant <tenant>", "owner of the keys", "default")
  .action((options) =>
    run(async (json) => (await import("./commands/keys.ts")).listKeys({ ...options, json })),
  );
keys
  .command("revoke <id>")
  .description("make a key unusable")
  .option("--tenant <tenant>", "owner of the key", "default")
  .action((id, options) =>
    run(async (json) => (await import("./commands/keys.ts")).revokeKey(id, { ...options, json })),
  );

const dlq = program
  .command("dlq")
  .description("dead letters: what could not be sent, and sending it again");
const filtered = (command: Command) =>
  command
    .option("--topic <topic>")
    .addOption(new Option("--reason <reason>").choices(DEAD_LETTER_REASONS))
    .option("--channel <channel>")
    .option("--provider <provider>")
    .option("--error-code <code>")
    .option("--since <time>", "failed then or later, RFC 3339")
    .option("--until <time>", "failed before, RFC 3339");
filtered(dlq.command("list").description("newest first")).action((options) =>
  run(async (json) => (await import("./commands/dlq.ts")).listDeadLetters({ ...options, json })),
);
dlq
  .command("show <id>")
  .description("one dead letter with its headers and value")
  .action((id) =>
    run(async (json) => (await import("./commands/dlq.ts")).showDeadLetter(id, { json })),
  );
filtered(dlq.command("redrive").description("send them again; without --yes only count them"))
  .option("--yes", "really send them")
  .option("--rate <n>", "records per second", count, 100)
  .option("--limit <n>", "at most this many; all when left out", count)
  .action((options) =>
    run(async (json) => (await import("./commands/dlq.ts")).redrive({ ...options, json })),
  );

const settings = program
  .command("settings")
  .description("what holds for all a tenant sends: identity, sandbox, default country");
settings
  .command("show")
  .description("as they are now")
  .action(() =>
    run(async (json) => (await import("./commands/settings.ts")).showSettings({ json })),
  );
settings
  .command("put <file>")
  .description("replace them by those of a JSON file, or - for standard input")
  .action((file) =>
    run(async (json) => (await import("./commands/settings.ts")).putSettings(file, { json })),
  );

const sagas = program
  .command("sagas")
  .description("notifications in several steps, straight in the database (DATABASE_URL)");
sagas
  .command("check")
  .description("look for sagas that are stuck or whose history is not whole; 1 when there is one")
  .action(() => run(async (json) => (await import("./commands/sagas.ts")).sagasCheck({ json })));

addAudienceCommands(program, run);

const suppressions = program
  .command("suppressions")
  .description("addresses nothing is sent to: bounced, complained, unsubscribed, gone");
suppressions
  .command("list")
  .description("newest first, at most 100")
  .option("--channel <channel>")
  .addOption(new Option("--reason <reason>").choices(SUPPRESSION_REASONS))
  .action((options) =>
    run(async (json) =>
      (await import("./commands/suppressions.ts")).listSuppressions({ ...options, json }),
    ),
  );
suppressions
  .command("lift <address>")
  .description("send to an address again, until something new happens")
  .option("--channel <channel>", "on this channel only")
  .action((address, options) =>
    run(async (json) =>
      (await import("./commands/suppressions.ts")).liftSuppressions(address, { ...options, json }),
    ),
  );

const stops = program
  .command("stops")
  .description("keep back what a provider account, a channel or a tenant sends; it waits");
stops
  .command("list")
  .description("what is stopped, newest first")
  .action(() => run(async (json) => (await import("./commands/stops.ts")).listStops({ json })));
stops
  .command("add <reason>")
  .description("stop an account of a channel, a channel, a tenant, or a tenant on a channel")
  .addOption(new Option("--channel <channel>").choices(CHANNELS))
  .option("--account <account>", "as the channel's <CHANNEL>_PROVIDERS lists it")
  .option("--tenant <tenant>")
  .action((reason, options) =>
    run(async (json) =>
      (await import("./commands/stops.ts")).addStop({ ...options, reason }, { json }),
    ),
  );
stops
  .command("lift <id>")
  .description("let go on; what waited goes out")
  .action((id) =>
    run(async (json) => (await import("./commands/stops.ts")).liftStop(id, { json })),
  );

addScheduleCommands(program, run);

await program.parseAsync();
