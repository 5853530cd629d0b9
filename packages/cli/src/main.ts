import { Command } from "commander";
import { ConfigError } from "@pulsecourier/runtime";
import { EmbeddedError } from "@pulsecourier/embedded";
import { SCOPES } from "@pulsecourier/contracts";
import { ApiError } from "./api-client.ts";

const program = new Command("pulse")
  .description("PulseCourier: start it, send through it, see what happened")
  .option("--json", "machine-readable output", false)
  .showHelpAfterError();

/** Runs a command loaded on demand, so that `pulse status` does not load every service. */
function run(act: (json: boolean) => Promise<number>): Promise<void> {
  return act(program.opts<{ json: boolean }>().json).then((code) => process.exit(code), fail);
}

function fail(error: unknown): never {
  const known =
    error instanceof ApiError || error instanceof EmbeddedError || error instanceof ConfigError;
  const text =
    error instanceof Error
      ? known || process.env["DEBUG"] === undefined
        ? error.message
        : error.stack
      : String(error);
  process.stderr.write(`\npulse: ${text}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
}

program
  .command("up")
  .description("start everything on this machine and stay up until Ctrl-C")
  .action(() => run(async () => (await import("./commands/up.ts")).up()));
program
  .command("demo")
  .description("start, send the sample shop's events through every channel, show what arrived, end")
  .action(() => run(async () => (await import("./commands/demo.ts")).demo()));
program
  .command("send <to>")
  .description("send to a recipient id or an email address")
  .option("--template <name>")
  .option("--data <json>", "values for the template")
  .option("--subject <text>")
  .option("--text <text>")
  .option("--channel <name...>")
  .option("--lane <lane>")
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
  .command("doctor")
  .description("ask every service of the dev platform whether it is ready")
  .action(() => run(async (json) => (await import("./commands/doctor.ts")).doctor({ json })));
program
  .command("migrate")
  .description("bring database and topics of a deployment up to date")
  .action(() => run(async () => (await import("./commands/migrate.ts")).migrateDeployment()));
program
  .command("bench")
  .description("measure accepted, delivered, lost and duplicated on this machine")
  .option("--count <n>", "notifications", "20000")
  .action((options) =>
    run(async (json) => (await import("./commands/bench.ts")).bench({ ...options, json })),
  );

const templates = program
  .command("templates")
  .description("templates, rules and recipients as files");
templates
  .command("push <dir>")
  .action((dir) =>
    run(async (json) => (await import("./commands/templates.ts")).pushTemplates(dir, { json })),
  );
templates
  .command("preview <dir>")
  .option("--data <json>")
  .option("--locale <locale>")
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
  .option("--tenant <tenant>", "owner of the key", "default")
  .option("--scopes <scope...>", SCOPES.join(", "), ["send"])
  .action((name, options) =>
    run(async (json) => (await import("./commands/keys.ts")).createKey(name, { ...options, json })),
  );
keys
  .command("list")
  .option("--tenant <tenant>", "owner of the keys", "default")
  .action((options) =>
    run(async (json) => (await import("./commands/keys.ts")).listKeys({ ...options, json })),
  );
keys
  .command("revoke <id>")
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
    .option("--reason <reason>", "poison, exhausted or rejected")
    .option("--channel <channel>")
    .option("--provider <provider>")
    .option("--error-code <code>")
    .option("--since <time>")
    .option("--until <time>");
filtered(dlq.command("list")).action((options) =>
  run(async (json) => (await import("./commands/dlq.ts")).listDeadLetters({ ...options, json })),
);
dlq
  .command("show <id>")
  .action((id) =>
    run(async (json) => (await import("./commands/dlq.ts")).showDeadLetter(id, { json })),
  );
filtered(dlq.command("redrive"))
  .option("--yes", "really send them; without it they are only counted")
  .option("--rate <n>", "records per second", "100")
  .option("--limit <n>", "at most this many", "1000")
  .action((options) =>
    run(async (json) => (await import("./commands/dlq.ts")).redrive({ ...options, json })),
  );

await program.parseAsync();
